/* SPDX-License-Identifier: GPL-2.0 */
/*
 * EL2's exception vectors. While a guest runs, SP_EL2 points at its struct
 * guest_regs on the CPU's stack, so saving needs no arithmetic.
 */
	.text

.macro save_regs
	stp	x0, x1, [sp]
	stp	x2, x3, [sp, #16]
	stp	x4, x5, [sp, #32]
	stp	x6, x7, [sp, #48]
	stp	x8, x9, [sp, #64]
	stp	x10, x11, [sp, #80]
	stp	x12, x13, [sp, #96]
	stp	x14, x15, [sp, #112]
	stp	x16, x17, [sp, #128]
	stp	x18, x19, [sp, #144]
	stp	x20, x21, [sp, #160]
	stp	x22, x23, [sp, #176]
	stp	x24, x25, [sp, #192]
	stp	x26, x27, [sp, #208]
	stp	x28, x29, [sp, #224]
	str	x30, [sp, #240]
.endm

/* An exception of the guest: full save, C handler, full restore. */
.macro from_guest handler
	.balign	0x80
	save_regs
	mov	x0, sp
	bl	\handler
	b	guest_return
.endm

/* An exception of EL2 itself: never expected; start from the stack's top and let C judge. */
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
	from_guest handle_sync		/* lower EL, AArch64 */
	from_guest handle_irq
	from_guest handle_fiq
	from_guest handle_serror
	from_guest handle_sync		/* lower EL, AArch32 (EL0 of root) */
	from_guest handle_irq
	from_guest handle_fiq
	from_guest handle_serror

/*
 * Also the way into a guest for the first time: enter_guest(), with struct
 * guest_regs at SP.
 */
	.globl	guest_return
guest_return:
	ldp	x2, x3, [sp, #16]
	ldp	x4, x5, [sp, #32]
	ldp	x6, x7, [sp, #48]
	ldp	x8, x9, [sp, #64]
	ldp	x10, x11, [sp, #80]
	ldp	x12, x13, [sp, #96]
	ldp	x14, x15, [sp, #112]
	ldp	x16, x17, [sp, #128]
	ldp	x18, x19, [sp, #144]
	ldp	x20, x21, [sp, #160]
	ldp	x22, x23, [sp, #176]
	ldp	x24, x25, [sp, #192]
	ldp	x26, x27, [sp, #208]
	ldp	x28, x29, [sp, #224]
	ldr	x30, [sp, #240]
	ldp	x0, x1, [sp]
	eret
	dsb	nsh			/* no speculation past ERET */
	isb

/* void enter_guest(struct guest_regs *regs): regs is this CPU's frame; drops the rest of the stack. */
	.globl	enter_guest
enter_guest:
	mov	sp, x0
	b	guest_return

/* x0 is lost: nothing of EL2 is resumed but at recover_pc, which doesn't need it. */
el2_exception:
	mrs	x0, tpidr_el2
	cbz	x0, 1f
	mov	x1, sp			/* for the handler: may be broken, is not dereferenced */
	b	el2_fault_entry
1:	wfi				/* before this CPU has a percpu: cannot report */
	b	1b
