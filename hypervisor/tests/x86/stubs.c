// SPDX-License-Identifier: GPL-2.0
/* What the tested files call and these tests don't reach. */
#include <arch/fault.h>
#include <arch/boot.h>
#include <arch/guest.h>
#include <arch/vm.h>
#include <hyp/arch.h>
#include <stdlib.h>

const struct vm_ops vmx_ops;

void svm_enter(struct guest_regs *regs);
void svm_enter(struct guest_regs *regs)
{
	(void)regs;
	abort();
}

void violation(struct percpu *cpu, const struct guest_regs *regs, enum bh_stop_reason reason,
	       ipaddr_t gpa)
{
	(void)cpu, (void)regs, (void)reason, (void)gpa;
	abort();
}

/* The model's memory is where it says. */
void *mmu_window(unsigned slot, paddr_t phys)
{
	(void)slot;
	return (void *)phys;
}
