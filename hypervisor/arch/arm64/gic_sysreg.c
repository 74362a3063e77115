// SPDX-License-Identifier: GPL-2.0
/* Trapped accesses to the CPU interface: SGIs, and what only some configurations trap. */
#include <arch/gic_hw.h>
#include <arch/trap.h>

/* Targets outside the cell's first cluster, or "all but me": one after the other. */
static void __attribute__((noinline)) send_slow(struct percpu *cpu, uint64_t value)
{
	unsigned i;

	for_each_cpu (i, cpu->public.cell->cpus) {
		uint64_t target = gic_sgi_target(percpu_of(i)->public.hw_id);
		bool named = value & ICC_SGI_IRM ? i != cpu->public.index
						 : !((value ^ target) & ICC_SGI_CLUSTER) &&
							   value & target & ICC_SGI_TARGETS;

		if (named)
			write_sysreg((value & ICC_SGI_INTID) | target, icc_sgi1r_el1);
	}
}

/* A guest's value of ICC_SGI1R_EL1: to CPUs of its own cell, and never the kick. */
static inline void send_sgi(struct percpu *cpu, uint64_t value)
{
	const struct gic_cell *g = &cpu->public.cell->arch.gic;
	uint64_t targets = value & g->sgi_targets;

	if (unlikely((value & ICC_SGI_INTID) == GIC_KICK_SGI << 24))
		return;
	if (unlikely((value ^ g->sgi_cluster) & (ICC_SGI_CLUSTER | ICC_SGI_IRM)))
		send_slow(cpu, value);
	else if (likely(targets))
		write_sysreg((value & (ICC_SGI_CLUSTER | ICC_SGI_INTID)) | targets, icc_sgi1r_el1);
}

/* Rare ones: groups that no guest has, and the system register interface, which is always on. */
static bool other_sysreg(struct percpu *cpu, struct guest_regs *regs, uint64_t esr)
{
	switch (esr & ISS_REGISTER) {
	case ISS_SGI0R:
	case ISS_ASGI1R:
	case ISS_SRE:
		return true;
	case ISS_SRE | ISS_READ:
		reg_write(regs, ISS_RT(esr), ICC_SRE_ENABLED);
		return true;
	default:
		return gic_direct_sysreg(cpu, regs, esr);
	}
}

bool gic_sysreg(struct percpu *cpu, struct guest_regs *regs, uint64_t esr)
{
	if (likely((esr & ISS_REGISTER) == ISS_SGI1R)) {
		count_exit(cpu, BH_EXIT_SGI);
		send_sgi(cpu, reg_read(regs, ISS_RT(esr)));
		return true;
	}
	if (!other_sysreg(cpu, regs, esr))
		return false;
	count_exit(cpu, BH_EXIT_SYSREG);
	return true;
}
