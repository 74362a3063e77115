/* SPDX-License-Identifier: GPL-2.0 */
/* Handlers of exits that SVM and VMX share. */
#ifndef ARCH_EXITS_H
#define ARCH_EXITS_H

#include <arch/features.h>
#include <arch/regs.h>
#include <hyp/cell.h>
#include <hyp/hypercall.h>

/* The caller must have advanced RIP already, because hypercall() may not return. */
static inline void exit_hypercall(struct percpu *cpu, struct guest_regs *regs)
{
	count_exit(cpu, BH_EXIT_HYPERCALL);
	regs->r[R_AX] =
		(uint64_t)hypercall(cpu, (uint32_t)regs->r[R_AX], regs->r[R_DI], regs->r[R_SI]);
}

/* cr4: guest CR4; only bits that the hypervisor never overrides are used. */
static inline void exit_cpuid(struct percpu *cpu, struct guest_regs *regs, uint64_t cr4)
{
	count_exit(cpu, BH_EXIT_CPUID);
	cpuid_emulate(regs, cr4);
}

/* INVD of any guest, WBINVD and WBNOINVD of cells. */
void exit_invd(struct percpu *cpu);

/* RDPMC of a cell: it has no counters, and gets #GP. */
void exit_rdpmc(struct percpu *cpu);

/* Writes XCR0, which always has the guest's value. False: the guest gets #GP. */
bool exit_xsetbv(struct percpu *cpu, struct guest_regs *regs);

/* True: the instruction is complete. False: the guest gets an exception; a cell may be stopped. */
bool exit_msr(struct percpu *cpu, struct guest_regs *regs, bool write);
bool exit_port(struct percpu *cpu, struct guest_regs *regs, uint16_t port, unsigned size, bool in,
	       bool string);

/* Injects #UD for an instruction that the guest's CPU doesn't have. */
void exit_undefined(struct percpu *cpu);

/* The event that the next entry must inject because the exit interrupted its delivery; 0: none. */
uint64_t event_again(uint64_t event);

/* Handles an exception in a cell, of CELL_EXCEPTIONS, that caused an exit. */
void exit_exception(struct percpu *cpu, struct guest_regs *regs, unsigned vector);

void __noreturn exit_shutdown(struct percpu *cpu, struct guest_regs *regs);

#endif
