/* SPDX-License-Identifier: GPL-2.0 */
/* Handlers of exceptions from guests. */
#ifndef ARCH_TRAP_H
#define ARCH_TRAP_H

#include <arch/regs.h>
#include <arch/sysreg.h>
#include <bulkhead/hypercall.h>
#include <hyp/percpu.h>

/* Is xn callee-saved? If a handler writes it, vectors.S must restore it from the frame. */
static inline bool kept_by_callee(unsigned n)
{
	return n >= 19;
}

/* The faulting address: IPA[47:12] is in HPFAR_EL2 from bit 4 on, the low bits are in FAR_EL2. */
static inline ipaddr_t fault_ipa(void)
{
	return (read_sysreg(hpfar_el2) >> 4 & 0xfffffffff) << PAGE_SHIFT |
	       (read_sysreg(far_el2) & PAGE_MASK);
}

/* abort.c: a data or instruction abort of the second stage. Returns like handle_sync(). */
bool handle_abort(struct percpu *cpu, struct guest_regs *regs, uint64_t esr);

/* sysreg_trap.c: a trapped MRS, MSR or system instruction. Returns like handle_sync(). */
bool handle_sysreg(struct percpu *cpu, struct guest_regs *regs, uint64_t esr);

/* debug.c: a debug register of a cell, which MDCR_EL2 traps; false: another register. */
bool handle_debug_register(struct guest_regs *regs, uint64_t esr);

/* inject.c: the guest takes an exception at EL1. */
void inject_undefined(void);
void inject_abort(uint64_t esr, uint64_t far);

/*
 * fault.c: the guest accessed something that its config doesn't allow. Root gets
 * an abort; another cell gets one or is stopped, as its config says. Doesn't
 * return if the cell is stopped.
 */
void violation(struct percpu *cpu, struct guest_regs *regs, uint64_t esr,
	       enum bh_stop_reason reason);

/* fault.c: keep this CPU at EL2 until the machine is reset. It still handles commands. */
void __noreturn cpu_park(struct percpu *cpu);

/* Skip the trapped instruction; its size is 4 or 2 bytes (ESR_ELx.IL). */
static inline void skip_instruction(uint64_t esr)
{
	write_sysreg(read_sysreg(elr_el2) + 2 + (esr >> 24 & 2), elr_el2);
}

/* cache.c: a trapped cache operation by set/way. */
void handle_set_way(struct percpu *cpu);
/* cache.c: perform a write that HCR_EL2.TVM trapped; false: another register. */
bool handle_vm_register(struct percpu *cpu, struct guest_regs *regs, uint64_t esr);

/* Read and write Xn of the guest; 31 is XZR. */
static inline uint64_t reg_read(const struct guest_regs *regs, unsigned n)
{
	return n == 31 ? 0 : regs->x[n];
}
static inline void reg_write(struct guest_regs *regs, unsigned n, uint64_t value)
{
	if (n != 31)
		regs->x[n] = value;
}

#endif
