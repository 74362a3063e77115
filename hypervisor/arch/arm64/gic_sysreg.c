// SPDX-License-Identifier: GPL-2.0
/* Trapped accesses to the CPU interface: SGIs to unusual targets, and what only some
 * configurations trap. */
#include <arch/gic_hw.h>
#include <arch/trap.h>

/* Targets outside the cell's first cluster, or "all but me": one after the other. */
void gic_send_sgi_slow(struct percpu *cpu, uint64_t value)
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
	case ISS_DIR:
		if (!cpu->public.cell->arch.gic.direct) {
			gic_list_deactivate(cpu, reg_read(regs, ISS_RT(esr)) & ICC_INTID_MASK);
			return true;
		}
		return gic_direct_sysreg(cpu, regs, esr);
	default:
		return gic_direct_sysreg(cpu, regs, esr);
	}
}

bool gic_sysreg(struct percpu *cpu, struct guest_regs *regs, uint64_t esr)
{
	if (!other_sysreg(cpu, regs, esr))
		return false;
	count_exit(cpu, BH_EXIT_SYSREG);
	return true;
}
