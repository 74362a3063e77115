// SPDX-License-Identifier: GPL-2.0
/*
 * Exceptions taken to EL2, from vectors.S. Everything here runs on the CPU
 * whose guest caused the exception, with interrupts masked, and takes no lock
 * that another cell could hold.
 */
#include <arch/boot.h>
#include <arch/el2.h>
#include <arch/gic.h>
#include <arch/psci.h>
#include <arch/sysreg.h>
#include <arch/trap.h>
#include <hyp/arch.h>

static inline struct percpu *current_cpu(void)
{
	return (struct percpu *)(uintptr_t)read_sysreg(tpidr_el2);
}

void skip_instruction(uint64_t esr)
{
	write_sysreg(read_sysreg(elr_el2) + (esr & ESR_IL ? 4 : 2), elr_el2);
}

/* What no case below expects: the guest gets the exception that hardware without it would give. */
static void handle_other(struct percpu *cpu)
{
	count_exit(cpu, BH_EXIT_OTHER);
	inject_undefined();
}

void handle_sync(struct guest_regs *regs)
{
	struct percpu *cpu = current_cpu();
	uint64_t esr = read_sysreg(esr_el2);

	count_exit(cpu, BH_EXIT_TOTAL);
	switch (ESR_EC(esr)) {
	case EC_HVC64:
		smccc_call(cpu, regs, false);
		break;
	case EC_SMC64:
		skip_instruction(esr); /* ELR points at a trapped SMC, after an HVC (D1.3.5) */
		smccc_call(cpu, regs, true);
		break;
	case EC_SYSREG:
		handle_sysreg(cpu, regs, esr);
		break;
	case EC_DABORT_LOWER:
	case EC_IABORT_LOWER:
		handle_abort(cpu, regs, esr);
		break;
	default:
		handle_other(cpu);
	}
}

void handle_irq(struct guest_regs *regs)
{
	struct percpu *cpu = current_cpu();

	(void)regs;
	count_exit(cpu, BH_EXIT_TOTAL);
	gic_irq(cpu);
}

void handle_fiq(struct guest_regs *regs)
{
	struct percpu *cpu = current_cpu();

	(void)regs;
	count_exit(cpu, BH_EXIT_TOTAL);
	gic_fiq(cpu);
}

/* Only cells route SErrors here (HCR_EL2.AMO). */
void handle_serror(struct guest_regs *regs)
{
	struct percpu *cpu = current_cpu();

	count_exit(cpu, BH_EXIT_TOTAL);
	count_exit(cpu, BH_EXIT_SERROR);
	violation(cpu, regs, read_sysreg(esr_el2), BH_STOP_SERROR);
}
