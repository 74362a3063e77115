/* SPDX-License-Identifier: GPL-2.0 */
/* EL2's exception vectors. While a guest runs, SP_EL2 points to its struct guest_regs at the
 * stack's top. */
#include <arch/asm.h>

	.section .text.vectors, "ax"

.macro save_regs
	register_pairs stp, 0, 29, sp, 0
	mrs	x5, elr_el2
	mrs	x4, spsr_el2
	stp	x30, x5, [sp, #240]
	str	x4, [sp, #256]
.endm

/* An interrupt. The handlers don't change the guest's registers. */
.macro interrupt handler
	.balign	0x80
	save_regs
	mrs	x0, tpidr_el2
	adr	x30, guest_return_quick
	b	\handler
.endm

.macro sync
	.balign	0x80
	save_regs
	mrs	x2, esr_el2
	mrs	x0, tpidr_el2
	mov	x1, sp
	lsr	x3, x2, #26
	b	sync_entry
.endm

/* An exception of EL2 itself, which is always an error. SErrors are masked at EL2: they become
 * pending and are taken when the guest continues. */
.macro from_el2
	.balign	0x80
	b	el2_exception
.endm

	.balign	0x800
	.globl	el2_vectors
el2_vectors:
	from_el2			/* current EL with SP_EL0: not used */
	from_el2
	from_el2
	from_el2
	from_el2			/* current EL with SP_EL2 */
	from_el2
	from_el2
	from_el2
	sync				/* lower EL, AArch64 */
	interrupt gic_irq
	interrupt gic_fiq
	sync				/* SError: has an exception class of its own */
	sync				/* lower EL, AArch32 (EL0 of root) */
	interrupt gic_irq
	interrupt gic_fiq
	sync

/* x0 = CPU, x1 = registers, x2 = ESR_EL2, x3 = its exception class, x5 = ELR_EL2. */
sync_entry:
	cmp	x3, #0x18		/* MSR, MRS: mostly SGIs */
	b.ne	1f
	adr	x30, sync_return
	b	handle_sysreg
1:	tbnz	w3, #5, 3f		/* aborts; calls have classes below 0x20 */
	cmp	x3, #0x16		/* HVC: ELR_EL2 is the address of the next instruction (D1.3.5) */
	b.ne	2f
	mov	w2, #0
	adr	x30, guest_return_quick
	b	smccc_call
2:	cmp	x3, #0x17		/* trapped SMC: ELR_EL2 is the address of the SMC */
	b.ne	3f
	add	x5, x5, #4
	msr	elr_el2, x5
	str	x5, [sp, #248]
	mov	w2, #1
	adr	x30, guest_return_quick
	b	smccc_call
3:	adr	x30, sync_return
	cmp	x3, #0x24		/* data abort: mostly emulated registers */
	b.eq	handle_abort
	b	handle_sync
sync_return:
	cbz	w0, guest_return_quick
	/* fall through */

/* Restore all registers and enter the guest. SP: its struct guest_regs. */
guest_return:
	ldr	x19, [sp, #152]
	register_pairs ldp, 20, 29, sp, 160
	/* fall through */

/* x19 to x29 still have the guest's values: C code preserves them, and the handler didn't change
 * them in the frame. */
guest_return_quick:
	register_pairs ldp, 2, 17, sp, 16
	ldr	x18, [sp, #144]
	ldr	x30, [sp, #240]
	ldp	x0, x1, [sp]
	eret
	dsb	nsh			/* no speculation past ERET */
	isb

/* void enter_guest(struct guest_regs *regs): regs is this CPU's frame; discards the stack below. */
	.globl	enter_guest
enter_guest:
	mov	sp, x0
	b	guest_return

/* Clobbers x0: the interrupted EL2 code is not resumed. */
el2_exception:
	mrs	x0, tpidr_el2
	cbz	x0, 1f
	b	el2_fault_entry
1:	wfi				/* no struct percpu yet: the fault can't be reported */
	b	1b
