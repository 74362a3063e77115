// SPDX-License-Identifier: GPL-2.0
/*
 * The interrupt state of one CPU: taken over from Linux, given back to Linux,
 * reset for a guest that starts, cleared before the CPU goes off. All functions
 * run on that CPU.
 */
#include <arch/gic_emulation.h>
#include <hyp/arch.h>

#define ALL 0xffffffffu
#define WAKE_TRIES 100000u

/* Clear a group's active priorities; the number of registers depends on the machine (12.2.3). */
#define CLEAR_APRS(prefix, suffix)                           \
	do {                                                 \
		write_sysreg(0, prefix##0_##suffix);         \
		if (gic.aprs > 1)                            \
			write_sysreg(0, prefix##1_##suffix); \
		if (gic.aprs > 2) {                          \
			write_sysreg(0, prefix##2_##suffix); \
			write_sysreg(0, prefix##3_##suffix); \
		}                                            \
	} while (0)

#define MOVE_APR(from, to)                           \
	do {                                         \
		write_sysreg(read_sysreg(from), to); \
		write_sysreg(0, from);               \
	} while (0)

/* Move Group 1's active priorities between the physical and the virtual interface. */
#define MOVE_AP1RS(from, from_el, to, to_el)                                  \
	do {                                                                  \
		MOVE_APR(from##_ap1r0_##from_el, to##_ap1r0_##to_el);         \
		if (gic.aprs > 1)                                             \
			MOVE_APR(from##_ap1r1_##from_el, to##_ap1r1_##to_el); \
		if (gic.aprs > 2) {                                           \
			MOVE_APR(from##_ap1r2_##from_el, to##_ap1r2_##to_el); \
			MOVE_APR(from##_ap1r3_##from_el, to##_ap1r3_##to_el); \
		}                                                             \
	} while (0)

static bool is_direct(const struct percpu *cpu)
{
	return cpu->public.cell->arch.gic.direct;
}

/* Do accesses to the registers that both groups share trap? See gic_sysreg.c. */
static bool traps_common(const struct percpu *cpu)
{
	return is_direct(cpu) && (cpu->public.cell->id != BH_ROOT_CELL || gic.root_masks);
}

/* Clear the physical interface's active priorities of Group 1, the only ones now. Where there is an
 * EL3, writes of the registers may be ignored; then the end of an interrupt drops one priority each
 * time. EOImode: it deactivates nothing, and the INTID doesn't matter (4.8.5). */
static void drop_group1(void)
{
	CLEAR_APRS(icc_ap1r, el1);
	write_sysreg(ICC_CTLR_EOIMODE, icc_ctlr_el1);
	isb();
	for (unsigned i = 0; i < 32 * gic.aprs && read_sysreg(icc_rpr_el1) != ICC_RPR_IDLE; i++)
		write_sysreg(GIC_KICK_SGI, icc_eoir1_el1);
}

/* Clear the physical interface's active priorities of Group 0; group1: and of Group 1. */
static void drop_priorities(bool group1)
{
	if (gic.one_state)
		CLEAR_APRS(icc_ap0r, el1);
	if (group1)
		drop_group1();
}

/* The active priorities of the virtual interface: on entry to EL2 they are whatever firmware left,
 * and a set bit would hold virtual interrupts off. */
static void clear_active(bool group1)
{
	drop_priorities(group1);
	CLEAR_APRS(ich_ap1r, el2);
	CLEAR_APRS(ich_ap0r, el2);
}

/* With two security states, Group 0 and its registers belong to the firmware. */
static void enable_group0(bool on)
{
	if (!gic.one_state)
		return;
	write_sysreg(0, icc_bpr0_el1);
	write_sysreg(on, icc_igrpen0_el1);
}

/* Enable the kick and, with list registers, the maintenance interrupt, at the highest priority. */
static void enable_own_irqs(const struct percpu *cpu)
{
	uint8_t *sgi = gic_sgi_frame(cpu);
	uint32_t own = 1u << gic.kick;

	write8(sgi + GICD_IPRIORITYR + gic.kick, 0);
	write32(sgi + GICD_IGROUPR, gic.one_state ? ~own : ALL);
	if (!is_direct(cpu)) {
		write8(sgi + GICD_IPRIORITYR + gic.maintenance, 0);
		own |= 1u << gic.maintenance;
	}
	write32(sgi + GICD_ISENABLER, own);
}

/* Give the two interrupts the settings of Linux's own SGIs. Linux doesn't use them. SGI 0 is one
 * that firmware leaves to Linux; SGI 14 tells whether this Linux enables all of them. */
static void restore_own_irqs(const struct percpu *cpu)
{
	uint8_t *sgi = gic_sgi_frame(cpu);
	uint32_t own = 1u << GIC_KICK_SGI | 1u << gic.maintenance;
	uint8_t priority = read8(sgi + GICD_IPRIORITYR);

	write32(sgi + GICD_ICENABLER, own);
	gic_wait_redist(cpu);
	write32(sgi + GICD_ICPENDR, own);
	write32(sgi + GICD_IGROUPR, ALL);
	write8(sgi + GICD_IPRIORITYR + GIC_KICK_SGI, priority);
	write8(sgi + GICD_IPRIORITYR + gic.maintenance, priority);
	if (read32(sgi + GICD_ISENABLER) >> (GIC_KICK_SGI - 1) & 1)
		write32(sgi + GICD_ISENABLER, 1u << GIC_KICK_SGI);
}

/* Set up the physical and the virtual interface for the cell's delivery mode. */
static void set_delivery(struct percpu *cpu)
{
	write_sysreg(0, icc_bpr1_el1);
	enable_group0(true);
	if (is_direct(cpu)) {
		write_sysreg(traps_common(cpu) ? ICH_HCR_TC : 0, ich_hcr_el2);
	} else {
		write_sysreg(ICC_CTLR_EOIMODE, icc_ctlr_el1);
		write_sysreg(1, icc_igrpen1_el1);
		gic_list_open();
	}
}

static void enable_registers(void)
{
	write_sysreg(ICC_SRE_ENABLED, icc_sre_el2);
	isb();
	write_sysreg(ICC_SRE_ENABLED, icc_sre_el1);
	isb();
}

/* ---- take over from Linux, give back to Linux ---- */

/* ICH_VMCR_EL2 with Linux's settings of the physical interface (12.4.7). */
static uint64_t vmcr_of_linux(uint64_t pmr)
{
	uint64_t ctlr = read_sysreg(icc_ctlr_el1);
	uint64_t vmcr = pmr << ICH_VMCR_VPMR_SHIFT;

	vmcr |= read_sysreg(icc_bpr1_el1) << ICH_VMCR_VBPR1_SHIFT;
	vmcr |= ctlr & ICC_CTLR_EOIMODE ? ICH_VMCR_VEOIM : 0;
	vmcr |= ctlr & ICC_CTLR_CBPR ? ICH_VMCR_VCBPR : 0;
	vmcr |= read_sysreg(icc_igrpen1_el1) & 1 ? ICH_VMCR_VENG1 : 0;
	return vmcr;
}

/* Store Linux's settings in gic. All CPUs store the same values, so no lock is needed. */
static void note_linux(uint64_t pmr)
{
	gic.linux_sre = read_sysreg(icc_sre_el2) & ICC_SRE_MASK;
	gic.linux_group0 = gic.one_state && read_sysreg(icc_igrpen0_el1);
	/* Linux keeps the mask at 0xf0, unless it uses pseudo-NMIs. */
	gic.root_masks = pmr < 0xf0;
}

static void take_direct(struct percpu *cpu, uint64_t pmr)
{
	gic_direct_set_pmr(cpu, pmr);
	/* Root's writes of ICC_DIR_EL1 reach the virtual interface only. So EOIR must also
	 * deactivate the physical interrupt: EOImode is 0. */
	if (!gic.root_masks)
		write_sysreg(0, icc_ctlr_el1);
}

void gic_cpu_take(struct percpu *cpu)
{
	uint64_t pmr = read_sysreg(icc_pmr_el1);

	note_linux(pmr);
	enable_registers();
	gic_list_clear(cpu);
	clear_active(false);
	write_sysreg(vmcr_of_linux(pmr), ich_vmcr_el2);
	if (is_direct(cpu)) {
		take_direct(cpu, pmr);
	} else {
		MOVE_AP1RS(icc, el1, ich, el2);
	}
	enable_own_irqs(cpu);
	set_delivery(cpu);
	isb();
}

static void give_back_list(struct percpu *cpu, uint64_t vmcr)
{
	gic_list_return(cpu);
	write_sysreg(!!(vmcr & ICH_VMCR_VENG1), icc_igrpen1_el1);
	MOVE_AP1RS(ich, el2, icc, el1);
}

void gic_cpu_give_back(struct percpu *cpu)
{
	uint64_t vmcr = read_sysreg(ich_vmcr_el2), ctlr = 0;

	if (!is_direct(cpu))
		give_back_list(cpu, vmcr);
	if (traps_common(cpu)) {
		write_sysreg(cpu->arch.gic.pmr, icc_pmr_el1);
	} else {
		ctlr |= vmcr & ICH_VMCR_VEOIM ? ICC_CTLR_EOIMODE : 0;
		ctlr |= vmcr & ICH_VMCR_VCBPR ? ICC_CTLR_CBPR : 0;
		write_sysreg(vmcr >> ICH_VMCR_VPMR_SHIFT & 0xff, icc_pmr_el1);
		write_sysreg(ctlr, icc_ctlr_el1);
		if (!is_direct(cpu))
			write_sysreg(vmcr >> ICH_VMCR_VBPR1_SHIFT & 7, icc_bpr1_el1);
	}
	restore_own_irqs(cpu);
	write_sysreg(0, ich_hcr_el2);
	write_sysreg(0, ich_vmcr_el2);
	gic_list_clear(cpu);
	enable_group0(gic.linux_group0);
	write_sysreg(gic.linux_sre, icc_sre_el2);
	isb();
}

/* ---- a CPU starts or goes off ---- */

/* Wake the redistributor (12.10.41). With two security states the firmware has woken it, and the
 * write is ignored. */
static void wake(const struct percpu *cpu)
{
	uint8_t *waker = gic_rd_frame(cpu) + GICR_WAKER;

	write32(waker, read32(waker) & ~GICR_WAKER_SLEEP);
	for (unsigned i = 0; i < WAKE_TRIES && read32(waker) & GICR_WAKER_CHILDREN_ASLEEP; i++)
		;
}

/* Disable all SGIs and PPIs, and clear their pending and active states. */
static void clear_irqs(const struct percpu *cpu)
{
	uint8_t *sgi = gic_sgi_frame(cpu);

	write32(sgi + GICD_ICENABLER, ALL);
	/* Extended PPIs, which nobody has: enabled if the CPU was off at enable (12.11.9). */
	for (uint32_t i = read32(gic_rd_frame(cpu) + GICR_TYPER) >> GICR_TYPER_PPIS_SHIFT; i; i--)
		write32(sgi + GICD_ICENABLER + 4 * i, ALL);
	gic_wait_redist(cpu);
	write32(sgi + GICD_ICPENDR, ALL);
	write32(sgi + GICD_ICACTIVER, ALL);
}

void gic_cpu_reset(struct percpu *cpu)
{
	uint8_t *sgi = gic_sgi_frame(cpu);

	enable_registers();
	wake(cpu);
	clear_irqs(cpu);
	for (unsigned i = 0; i < GIC_SPI_FIRST; i += 4)
		write32(sgi + GICD_IPRIORITYR + i,
			gic_priority_to_hw(GIC_GUEST_PRIORITY) * 0x01010101u);
	write32(sgi + GICD_ICFGR + 4, gic.edge_ppis);
	clear_active(true);
	gic_list_clear(cpu);
	write_sysreg(0, ich_vmcr_el2);
	if (is_direct(cpu)) {
		write_sysreg(0, icc_igrpen1_el1);
		write_sysreg(0, icc_ctlr_el1);
		/* If the guest's accesses to ICC_PMR_EL1 don't trap, they reach the virtual
		 * mask, and the physical mask must admit all interrupts. */
		gic_direct_set_pmr(cpu, traps_common(cpu) ? 0 : GIC_PMR_OPEN);
	}
	enable_own_irqs(cpu);
	set_delivery(cpu);
	if (cpu->public.cell->id == BH_ROOT_CELL)
		gic_lpis_restart(cpu);
	isb();
}

/* Deactivate the kick and the maintenance interrupt, so that they can be signalled again. A guest's
 * interrupt that was acknowledged but is in no list register yet is lost. */
void gic_abandon(struct percpu *cpu)
{
	drop_priorities(!is_direct(cpu));
	write32(gic_sgi_frame(cpu) + GICD_ICACTIVER, 1u << GIC_KICK_SGI | 1u << gic.maintenance);
}

void gic_park(struct percpu *cpu)
{
	gic_abandon(cpu);
	drop_priorities(true);
	write_sysreg(1, icc_igrpen1_el1);
	write_sysreg(gic.own_mask, icc_pmr_el1);
	isb();
}

void gic_cpu_off(struct percpu *cpu)
{
	if (!is_direct(cpu))
		gic_list_return(cpu);
	write_sysreg(0, ich_hcr_el2);
	write_sysreg(0, icc_igrpen1_el1);
	enable_group0(false);
	gic_list_clear(cpu);
	clear_active(true);
	clear_irqs(cpu);
	dsb(sy); /* the writes have reached the controller before the CPU goes off */
	isb();
}
