// SPDX-License-Identifier: GPL-2.0
/*
 * Exceptions taken to EL2, from vectors.S. Everything here runs on the CPU
 * whose guest caused the exception, with interrupts masked, and takes no lock
 * that another cell could hold.
 */
#include <arch/boot.h>
#include <arch/el2.h>
#include <arch/sysreg.h>
#include <arch/trap.h>
#include <hyp/arch.h>

/*
 * The rare kinds; vectors.S takes the others where they belong. Gives whether
 * x19..x29 of the guest changed.
 */
bool handle_sync(struct percpu *cpu, struct guest_regs *regs, uint64_t esr)
{
	switch (ESR_EC(esr)) {
	case EC_IABORT_LOWER:
		return handle_abort(cpu, regs, esr);
	case EC_SERROR: /* only cells route SErrors here (HCR_EL2.AMO) */
		count_exit(cpu, BH_EXIT_SERROR);
		violation(cpu, regs, esr, BH_STOP_SERROR);
		return false;
	default: /* the exception that hardware without the trapped feature would give */
		count_exit(cpu, BH_EXIT_OTHER);
		inject_undefined();
		return false;
	}
}
