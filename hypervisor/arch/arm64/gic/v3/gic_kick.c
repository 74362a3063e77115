// SPDX-License-Identifier: GPL-2.0
/*
 * Kicks: the interrupt by which one CPU makes another enter the hypervisor.
 *
 * With one security state it is a Group 0 SGI, which EL2 takes as FIQ. With two,
 * Group 0 belongs to the firmware, which may also keep SGIs from 8 on for itself,
 * and Linux uses those below. So there the kick is the maintenance interrupt: a
 * PPI that is the hypervisor's on every CPU, set pending in the redistributor of
 * the target (IHI 0069H 12.11). A CPU that takes it can't tell the two causes
 * apart, and handles both.
 *
 * A CPU of a cell with direct delivery doesn't take it at EL2, but at EL1, if it is
 * not masked. So there the kick first withdraws the CPU's stage 2: the root of this
 * CPU is emptied, and the TLBs are invalidated on all CPUs. A CPU that executes
 * faults into EL2 at its next instruction. The interrupt, and an event, only end
 * WFI and WFE: the instruction after it faults, or the fetch from the guest's
 * vector, before the guest can acknowledge the interrupt. It has the highest
 * priority, and the guest's accesses to ICC_PMR_EL1 trap. WFI traps until the
 * guest has enabled Group 1.
 *
 * Each side writes its own variable before it reads the other's: the kick's
 * command is set before the root is withdrawn, and the CPU that faults gives the
 * root back before it reads the commands. So no order of events loses a command.
 * In fact a kick of a cell's CPU always ends its run.
 */
#include <arch/el2.h>
#include <arch/gic_emulation.h>
#include <arch/stage2.h>
#include <arch/trap.h>
#include <hyp/arch.h>

#define TRIES 10000u /* far more reads than an SGI takes to become pending */
#define ISS_TI 3u    /* of a trapped WFI: 0; WFIT: 2 */

bool gic_kick_withdraws(const struct cell *cell)
{
	return cell->config->irq_mode == BH_IRQ_DIRECT && !gic.one_state &&
	       cell->id != BH_ROOT_CELL;
}

/* Make the kick pending. sgi: the target's SGI frame; hw_id: its MPIDR. Any CPU. */
static void send(uint8_t *sgi, uint64_t hw_id)
{
	if (gic.one_state) {
		write_sysreg(gic_sgi_target(hw_id) | (uint64_t)GIC_KICK_SGI << 24, icc_sgi0r_el1);
		isb();
	} else {
		write32(sgi + GICD_ISPENDR, 1u << gic.kick);
	}
}

void arch_kick(struct percpu *cpu)
{
	dsb(ish); /* the commands are visible before the interrupt (B2.3.12) */
	if (cpu->arch.own_root)
		stage2_withdraw(cpu);
	send(gic_sgi_frame(cpu), cpu->public.hw_id);
	if (cpu->arch.own_root)
		sev(); /* masked interrupts don't end WFE (D1.6.1); an event does, on all CPUs */
}

/* ---- receive ---- */

/* Handle a kick: another CPU has commands for this one. If the guest has set EOImode, EOIR only
 * drops the priority, and a write of DIR deactivates the kick (4.4.1). */
void gic_fiq(struct percpu *cpu)
{
	uint64_t intid;

	if (!gic.one_state)
		return; /* firmware takes Group 0 */
	intid = read_sysreg(icc_iar0_el1) & ICC_INTID_MASK;
	if (intid != GIC_KICK_SGI)
		return;
	write_sysreg(intid, icc_eoir0_el1);
	if (read_sysreg(icc_ctlr_el1) & ICC_CTLR_EOIMODE)
		write_sysreg(intid, icc_dir_el1);
	count_exit(cpu, BH_EXIT_KICK);
	cpu_take_commands(cpu);
}

bool gic_kick_faulted(struct percpu *cpu)
{
	if (!__atomic_load_n(&cpu->arch.withdrawn, __ATOMIC_ACQUIRE))
		return false;
	count_exit(cpu, BH_EXIT_KICK);
	stage2_enter(cpu);
	write32(gic_sgi_frame(cpu) + GICD_ICPENDR, 1u << gic.kick);
	cpu_take_commands(cpu);
	return true;
}

/* If the stage 2 was withdrawn, this CPU faults when it enters the guest. What must not happen is
 * that nothing ends the WFI: a closed group is opened for the kick alone, and an active interrupt
 * may hold it off whatever its priority (ICC_BPR1_EL1). A WFI may end at any time. */
void gic_sleep(struct percpu *cpu)
{
	bool closed = cpu->arch.own_root && !(read_sysreg(icc_igrpen1_el1) & 1);

	if (cpu->arch.own_root && read_sysreg(icc_rpr_el1) != ICC_RPR_IDLE)
		return;
	if (closed) {
		write_sysreg(gic.own_mask, icc_pmr_el1);
		write_sysreg(1, icc_igrpen1_el1);
		isb();
	}
	wfi(); /* masked interrupts end it, too (D1.6.2) */
	if (closed) {
		write_sysreg(0, icc_igrpen1_el1);
		gic_direct_set_pmr(cpu, cpu->arch.gic.pmr);
	}
}

/* With Group 1 enabled the kick ends a WFI of the guest, which needs no trap any more. */
void gic_wfi(struct percpu *cpu, uint64_t esr)
{
	count_exit(cpu, BH_EXIT_OTHER);
	if (read_sysreg(icc_igrpen1_el1) & 1) {
		write_sysreg(read_sysreg(hcr_el2) & ~HCR_TWI, hcr_el2);
		return;
	}
	if (!(esr & ISS_TI)) /* a WFIT ends at once: no timer of EL2's would end it */
		gic_sleep(cpu);
	skip_instruction(esr);
}

void gic_parked(struct percpu *cpu)
{
	if (gic.one_state) {
		gic_fiq(cpu);
		return;
	}
	write32(gic_sgi_frame(cpu) + GICD_ICPENDR, 1u << gic.kick);
	dsb(sy); /* not pending any more before the commands are read, so that none is missed */
	cpu_take_commands(cpu);
}

/* ---- probe ---- */

/* Does the kick become pending (want), or not pending, in this SGI frame? */
static bool becomes(const uint8_t *sgi, bool want)
{
	for (unsigned i = 0; i < TRIES; i++)
		if ((read32(sgi + GICD_ISPENDR) >> gic.kick & 1) == want)
			return true;
	return false;
}

/* A kick that is sent appears in the redistributor, and can be withdrawn there. Firmware's
 * interrupts read as zero and ignore writes (12.11). */
static bool arrives(uint8_t *sgi, uint64_t hw_id)
{
	uint32_t groups = read32(sgi + GICD_IGROUPR), bit = 1u << gic.kick;
	bool good;

	write32(sgi + GICD_IGROUPR, gic.one_state ? groups & ~bit : groups);
	write32(sgi + GICD_ICPENDR, bit);
	good = becomes(sgi, false);
	send(sgi, hw_id);
	good = becomes(sgi, true) && good;
	write32(sgi + GICD_ICPENDR, bit);
	good = becomes(sgi, false) && good;
	write32(sgi + GICD_IGROUPR, groups);
	return good;
}

bool gic_probe_kicks(const struct bh_system_part *system, uint64_t cpus, struct bh_refusal *r)
{
	unsigned i;

	for_each_cpu (i, cpus)
		if (!arrives(gic.redist_of[i] + GICR_SGI_FRAME, system->cpus[i].hw_id))
			return refuse(r, BH_E_UNSUPPORTED, BH_F_CPUS, i, gic.kick);
	return true;
}
