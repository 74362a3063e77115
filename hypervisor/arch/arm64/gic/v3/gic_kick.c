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
 */
#include <arch/gic_emulation.h>
#include <hyp/arch.h>

#define TRIES 10000u /* far more reads than an SGI takes to become pending */

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
	send(gic_sgi_frame(cpu), cpu->public.hw_id);
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
