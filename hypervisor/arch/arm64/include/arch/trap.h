/* SPDX-License-Identifier: GPL-2.0 */
/* Handling of what a guest did, by kind. */
#ifndef ARCH_TRAP_H
#define ARCH_TRAP_H

#include <arch/regs.h>
#include <arch/sysreg.h>
#include <bulkhead/hypercall.h>
#include <hyp/percpu.h>

/* A register above x18 is written: these must be restored from the frame (see vectors.S). */
static inline bool kept_by_callee(unsigned n)
{
	return n >= 19;
}

/* HPFAR_EL2 holds IPA[47:12] from bit 4; the rest comes from the virtual address. */
static inline ipaddr_t fault_ipa(void)
{
	return (read_sysreg(hpfar_el2) >> 4 & 0xfffffffff) << PAGE_SHIFT |
	       (read_sysreg(far_el2) & PAGE_MASK);
}

/* abort.c: a data or instruction abort of the second stage. As handle_sync(). */
bool handle_abort(struct percpu *cpu, struct guest_regs *regs, uint64_t esr);

/* sysreg_trap.c: a trapped MRS, MSR or system instruction. As handle_sync(). */
bool handle_sysreg(struct percpu *cpu, struct guest_regs *regs, uint64_t esr);

/* inject.c: give the guest an exception at EL1, as hardware would. */
void inject_undefined(void);
void inject_abort(uint64_t esr, uint64_t far);

/*
 * fault.c: the guest did what its config doesn't allow: root gets an abort,
 * another cell is stopped or gets one (its config says). Returns only in the
 * second case, with the exception injected.
 */
void violation(struct percpu *cpu, struct guest_regs *regs, uint64_t esr,
	       enum bh_stop_reason reason);

/* fault.c: this CPU stays at EL2 until the machine is reset. */
void __noreturn cpu_park(struct percpu *cpu);

/* Skip the trapped instruction: 4 bytes, or 2 by ESR_ELx.IL. */
static inline void skip_instruction(uint64_t esr)
{
	write_sysreg(read_sysreg(elr_el2) + 2 + (esr >> 24 & 2), elr_el2);
}

/* cache.c */
void handle_set_way(struct percpu *cpu);
void handle_vm_register(struct percpu *cpu, struct guest_regs *regs, uint64_t esr);

/* Xt of an instruction's ISS: 31 is XZR. */
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
