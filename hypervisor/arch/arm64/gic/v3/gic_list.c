// SPDX-License-Identifier: GPL-2.0
/*
 * Delivery through list registers (IHI 0069H 4.5, 5.3 (virtual interrupts), 12.4.6).
 *
 * Each physical interrupt is acknowledged and its priority dropped at EL2
 * (physical EOImode is 1). Its list register holds the physical INTID (HW), so
 * the guest's deactivation also deactivates the physical interrupt; until then
 * it is active and doesn't come again. SGIs and LPIs have no HW: they are
 * deactivated at EL2, and merged with a pending one if they come again.
 *
 * There is no queue. If all list registers are in use, the physical priority
 * mask admits only interrupts with a higher priority than a pending one in a
 * list register; that one becomes pending in the hardware again, and its list
 * register is reused. Other interrupts stay pending in the hardware until the
 * maintenance interrupt reports that a list register may be free. If all list
 * registers hold active interrupts, or LPIs, which can't be made pending again,
 * one interrupt is held in memory, and the mask admits no other.
 */
#include <arch/gic_emulation.h>
#include <hyp/arch.h>

static uint64_t __attribute__((noinline)) read_lr(unsigned n)
{
	return read_sysreg_n(ich_lr, NUMBERS_16, _el2, n);
}

static void __attribute__((noinline)) write_lr(unsigned n, uint64_t value)
{
	write_sysreg_n(value, ich_lr, NUMBERS_16, _el2, n);
}

static uint64_t priority_of(uint64_t lr)
{
	return lr >> ICH_LR_PRIORITY_SHIFT & 0xff;
}

static bool waits(uint64_t lr)
{
	return (lr & ICH_LR_STATE) == ICH_LR_PENDING;
}

static bool is_lpi(uint64_t lr)
{
	return (lr & ICH_LR_VINTID) >= GIC_LPI_FIRST;
}

bool gic_list_waits(void)
{
	for (unsigned i = 0; i < gic.lrs; i++)
		if (read_lr(i) & ICH_LR_PENDING)
			return true;
	return false;
}

/* Make an interrupt pending in the hardware again; latch: even if its wire has gone low. */
static void put_back(const struct percpu *cpu, uint64_t lr, bool latch)
{
	uint32_t intid = (uint32_t)(lr & ICH_LR_VINTID);

	if (latch && intid < GIC_SPI_FIRST)
		write32(gic_sgi_frame(cpu) + GICD_ISPENDR, 1u << intid);
	else if (latch)
		arch_raise_irq(intid);
	if (lr & ICH_LR_HW)
		write_sysreg(intid, icc_dir_el1);
}

void gic_list_clear(struct percpu *cpu)
{
	for (unsigned i = 0; i < gic.lrs; i++)
		write_lr(i, 0);
	cpu->arch.gic.held = 0;
}

void gic_list_open(void)
{
	write_sysreg(GIC_PMR_OPEN, icc_pmr_el1);
	write_sysreg(ICH_HCR_EN, ich_hcr_el2);
}

/*
 * All list registers are in use: set the priority mask and the maintenance
 * interrupt's causes. NPIE: no list register is pending, so one may soon become
 * free; not set if all are active, since it would be asserted all the time. UIE:
 * at most one is in use (12.4.4). TDIR: deactivations trap, since a guest may
 * keep interrupts active for long. On CPUs without this trap (ICH_VTR_EL2.TDS)
 * TDIR is RES0, and UIE remains.
 */
static void __attribute__((noinline)) close_gate(const struct percpu *cpu)
{
	uint64_t mask = gic.own_mask, hcr = ICH_HCR_EN | ICH_HCR_UIE | ICH_HCR_TDIR;

	for (unsigned i = 0; i < gic.lrs; i++) {
		uint64_t lr = read_lr(i);

		if (!waits(lr))
			continue;
		hcr |= ICH_HCR_NPIE;
		if (!is_lpi(lr) && !cpu->arch.gic.held)
			mask = MAX(mask, priority_of(lr));
	}
	write_sysreg(mask, icc_pmr_el1);
	write_sysreg(hcr, ich_hcr_el2);
}

/* Called when all list registers are in use. lr replaces the pending interrupt with the lowest
 * priority; if there is none, lr is held in memory. */
static void __attribute__((noinline)) make_place(struct percpu *cpu, uint64_t lr)
{
	uint64_t worst = lr;
	unsigned place = 0;

	for (unsigned i = 0; i < gic.lrs; i++) {
		uint64_t other = read_lr(i);

		if (waits(other) && !is_lpi(other) && priority_of(other) > priority_of(worst)) {
			worst = other;
			place = i;
		}
	}
	if (worst == lr) {
		cpu->arch.gic.held = lr;
	} else {
		write_lr(place, lr);
		put_back(cpu, worst, true);
	}
	close_gate(cpu);
}

static inline void insert(struct percpu *cpu, uint64_t lr)
{
	uint64_t empty = read_sysreg(ich_elrsr_el2);

	if (likely(empty & 1))
		write_sysreg(lr, ich_lr0_el2);
	else if (likely(empty))
		write_lr((unsigned)__builtin_ctzll(empty), lr);
	else
		return make_place(cpu, lr);
	if (unlikely(!(empty & (empty - 1))))
		close_gate(cpu);
}

/* If a list register already holds this interrupt, which has no HW bit, set it pending there. */
static bool merge(uint64_t intid)
{
	for (unsigned i = 0; i < gic.lrs; i++) {
		uint64_t lr = read_lr(i);

		if (lr & ICH_LR_STATE && (lr & ICH_LR_VINTID) == intid) {
			write_lr(i, lr | ICH_LR_PENDING);
			return true;
		}
	}
	return false;
}

/* A list register may be free: use it for the held interrupt, then set the mask. */
static void refill(struct percpu *cpu)
{
	uint64_t empty = read_sysreg(ich_elrsr_el2);

	if (empty && cpu->arch.gic.held) {
		write_lr((unsigned)__builtin_ctzll(empty), cpu->arch.gic.held);
		cpu->arch.gic.held = 0;
		empty &= empty - 1;
	}
	if (empty)
		gic_list_open();
	else
		close_gate(cpu);
	isb(); /* the maintenance interrupt's level is low before it is deactivated */
}

void gic_list_deactivate(struct percpu *cpu, uint64_t intid)
{
	if (!(read_sysreg(ich_vmcr_el2) & ICH_VMCR_VEOIM))
		return; /* EOImode is 0: the guest's EOIR has deactivated it (12.2.14) */
	for (unsigned i = 0; i < gic.lrs; i++) {
		uint64_t lr = read_lr(i);

		if (!(lr & ICH_LR_ACTIVE) || (lr & ICH_LR_VINTID) != intid)
			continue;
		write_lr(i, lr & ICH_LR_PENDING ? lr & ~ICH_LR_ACTIVE : 0);
		if (lr & ICH_LR_HW)
			write_sysreg(intid, icc_dir_el1);
	}
	isb();
	refill(cpu);
}

/* Handle an SGI, an LPI or the maintenance interrupt. The caller has acknowledged its INTID. */
static void __attribute__((noinline)) other_irq(struct percpu *cpu, uint64_t intid)
{
	uint64_t lr = intid | ICH_LR_PENDING | ICH_LR_GROUP1 |
		      read_sysreg(icc_rpr_el1) << ICH_LR_PRIORITY_SHIFT;

	if (intid > GIC_SPI_LAST && intid < GIC_LPI_FIRST)
		return; /* a special INTID (2.2.1): no interrupt is pending */
	write_sysreg(intid, icc_eoir1_el1);
	if (intid == gic.maintenance) {
		count_exit(cpu, read_sysreg(ich_misr_el2) ? BH_EXIT_MAINTENANCE : BH_EXIT_KICK);
		refill(cpu);
	} else {
		count_exit(cpu, BH_EXIT_IRQ);
		if (!merge(intid))
			insert(cpu, lr);
	}
	if (intid < GIC_LPI_FIRST)
		write_sysreg(intid, icc_dir_el1);
	if (intid == gic.kick) /* with two security states */
		cpu_take_commands(cpu);
}

void gic_irq(struct percpu *cpu)
{
	uint64_t intid = read_sysreg(icc_iar1_el1) & ICC_INTID_MASK;
	uint64_t lr;

	dsb(sy); /* the acknowledgement has reached the distributor (12.2.14) */
	if (unlikely(intid - GIC_PPI_FIRST > GIC_SPI_LAST - GIC_PPI_FIRST ||
		     intid == gic.maintenance)) {
		other_irq(cpu, intid);
		return;
	}
	/* The running priority is this interrupt's (12.2.18): the distributor is not read. */
	lr = intid | intid << ICH_LR_PINTID_SHIFT |
	     read_sysreg(icc_rpr_el1) << ICH_LR_PRIORITY_SHIFT | ICH_LR_PENDING | ICH_LR_HW |
	     ICH_LR_GROUP1;
	write_sysreg(intid, icc_eoir1_el1);
	count_exit(cpu, BH_EXIT_IRQ);
	insert(cpu, lr);
}

/* LPIs can't be made pending again: they are lost. */
void gic_list_return(struct percpu *cpu)
{
	for (unsigned i = 0; i < gic.lrs; i++) {
		uint64_t lr = read_lr(i);

		if (lr & ICH_LR_PENDING && !is_lpi(lr)) {
			write_lr(i, 0);
			put_back(cpu, lr, true);
		}
	}
	if (cpu->arch.gic.held && !is_lpi(cpu->arch.gic.held))
		put_back(cpu, cpu->arch.gic.held, true);
	cpu->arch.gic.held = 0;
}

void gic_list_withdraw(unsigned word, uint32_t bits)
{
	struct percpu *cpu = this_cpu();
	uint64_t used = ~read_sysreg(ich_elrsr_el2) & (BIT(gic.lrs) - 1);
	unsigned i;

	for_each_cpu (i, used) {
		uint64_t lr = read_lr(i);
		uint32_t intid = (uint32_t)(lr & ICH_LR_VINTID);

		if (!waits(lr) || intid / 32 != word || !(bits >> intid % 32 & 1))
			continue;
		write_lr(i, 0);
		put_back(cpu, lr,
			 gic_is_edge(intid < GIC_SPI_FIRST ? gic_sgi_frame(cpu) : gic.dist, intid));
	}
}
