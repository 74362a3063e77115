/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A guest's CPU, whatever controls it: what svm.c provides, and what a file for
 * VMX will. Everything runs on the CPU concerned.
 */
#ifndef ARCH_VM_H
#define ARCH_VM_H

#include <arch/regs.h>
#include <hyp/cell.h>

/* Registers of the guest that are not in struct guest_regs. */
enum vm_reg {
	VM_RIP,
	VM_RSP,
	VM_RFLAGS,
	VM_CR0,
	VM_CR2,
	VM_CR3,
	VM_CR4,
	VM_EFER,
	VM_CS_BASE,
	VM_CS_SELECTOR,
};
uint64_t vm_get(const struct percpu *cpu, enum vm_reg reg);

/* Bits of an instruction and its operands without prefixes: 16, 32 or 64. */
unsigned vm_mode(const struct percpu *cpu);

/* EFER as the guest wrote it: checked. The mode bits change what translations mean. */
void vm_set_efer(struct percpu *cpu, uint64_t efer);

/* Go on behind an instruction of that many bytes. */
void vm_skip(struct percpu *cpu, unsigned length);

/* An exception in place of the instruction. */
void vm_inject_exception(struct percpu *cpu, unsigned vector, bool has_error, uint32_t error);

/* An NMI, now or as soon as the guest is done with the one before. */
void vm_inject_nmi(struct percpu *cpu);

/* Drop the guest's translations before it runs again. */
void vm_flush(struct percpu *cpu);

/* Is it here, and allowed by the firmware? False: *r says what is missing. */
bool vm_check(struct bh_refusal *r);

/* Take this CPU from Linux, whose registers these are: it goes on as guest. */
struct linux_frame;
void vm_take(struct percpu *cpu, const struct linux_frame *found, uint64_t cr3);

/* The guest's CPU as after INIT and SIPI (or reset), at public.entry; for its owner's cell. */
void vm_reset(struct percpu *cpu, struct guest_regs *regs);

/* The end of enable and the beginning of disable on this CPU: guests may be run, or not any more;
 * from there on, or until then, no interrupt of any kind is taken here. */
void vm_switch_on(struct percpu *cpu);
void vm_switch_off(struct percpu *cpu);

/* Fill in what a failure record says of the CPU. */
void vm_record(const struct percpu *cpu, const struct guest_regs *regs, struct bh_failure *f);

/* Run the guest whose frame this is, for good. */
void __noreturn vm_enter(struct guest_regs *regs);

#endif
