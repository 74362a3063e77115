/* SPDX-License-Identifier: GPL-2.0 */
/* Exits of guests, by what happened: what svm_exit.c and vmx_exit.c share. */
#ifndef ARCH_EXITS_H
#define ARCH_EXITS_H

#include <arch/cpuid.h>
#include <hyp/cell.h>
#include <hyp/hypercall.h>

/* The instruction is done: its caller goes on behind it. */
static inline void exit_hypercall(struct percpu *cpu, struct guest_regs *regs)
{
	count_exit(cpu, BH_EXIT_HYPERCALL);
	regs->r[R_AX] =
		(uint64_t)hypercall(cpu, (uint32_t)regs->r[R_AX], regs->r[R_DI], regs->r[R_SI]);
}

/* cr4: the guest's, of which it takes no bits that could be ours. */
static inline void exit_cpuid(struct percpu *cpu, struct guest_regs *regs, uint64_t cr4)
{
	count_exit(cpu, BH_EXIT_CPUID);
	cpuid_emulate(regs, cr4);
}

void exit_invd(struct percpu *cpu);

/* True if it is done; else the guest has an exception, or is stopped. */
bool exit_msr(struct percpu *cpu, struct guest_regs *regs, bool write);
bool exit_port(struct percpu *cpu, struct guest_regs *regs, uint16_t port, unsigned size, bool in,
	       bool string);

/* An instruction that nobody has. */
void exit_undefined(struct percpu *cpu);

/* What is to be delivered by the next entry of an event that was under way at the exit; 0: nothing. */
uint64_t event_again(uint64_t event);

/* An exception of a cell: see CELL_EXCEPTIONS. */
void exit_exception(struct percpu *cpu, struct guest_regs *regs, unsigned vector);

void __noreturn exit_shutdown(struct percpu *cpu, struct guest_regs *regs);

#endif
