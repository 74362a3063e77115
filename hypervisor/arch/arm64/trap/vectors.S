/* SPDX-License-Identifier: GPL-2.0 */
/*
 * EL2's exception vectors. While a guest runs, SP_EL2 points at its struct
 * guest_regs on the CPU's stack, so saving needs no arithmetic.
 */
	.section .text.vectors, "ax"

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
	mrs	x5, elr_el2
	mrs	x4, spsr_el2
	stp	x30, x5, [sp, #240]
	str	x4, [sp, #256]
.endm

/* An interrupt: the handlers change none of the guest's registers. */
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

/* An exception of EL2 itself: never expected; start from the stack's top and let C judge. SErrors
 * are masked here: one that comes meanwhile is taken when the guest goes on. */
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
	sync				/* SError: its exception class is among the others */
	sync				/* lower EL, AArch32 (EL0 of root) */
	interrupt gic_irq
	interrupt gic_fiq
	sync

/* x0 = CPU, x1 = registers, x2 = ESR_EL2, x3 = its exception class, x5 = ELR_EL2. */
sync_entry:
	cmp	x3, #0x18		/* MSR, MRS: sending SGIs, mostly */
	b.ne	1f
	adr	x30, sync_return
	b	handle_sysreg
1:	tbnz	w3, #5, 3f		/* aborts; the calls have classes below 0x20 */
	cmp	x3, #0x16		/* HVC from AArch64: ELR_EL2 is behind it (D1.3.5) */
	b.ne	2f
	mov	w2, #0
	adr	x30, guest_return_quick
	b	smccc_call
2:	cmp	x3, #0x17		/* trapped SMC: ELR_EL2 points at it */
	b.ne	3f
	add	x5, x5, #4
	msr	elr_el2, x5
	str	x5, [sp, #248]
	mov	w2, #1
	adr	x30, guest_return_quick
	b	smccc_call
3:	adr	x30, sync_return
	cmp	x3, #0x24		/* data abort: emulated registers, mostly */
	b.eq	handle_abort
	b	handle_sync
sync_return:
	cbz	w0, guest_return_quick
	/* fall through */

/* Everything restored: also the way into a guest for the first time, struct guest_regs at SP. */
guest_return:
	ldr	x19, [sp, #152]
	ldp	x20, x21, [sp, #160]
	ldp	x22, x23, [sp, #176]
	ldp	x24, x25, [sp, #192]
	ldp	x26, x27, [sp, #208]
	ldp	x28, x29, [sp, #224]
	/* fall through */

/* The C code has kept x19..x29, and changed none of them in the guest's frame. */
guest_return_quick:
	ldp	x2, x3, [sp, #16]
	ldp	x4, x5, [sp, #32]
	ldp	x6, x7, [sp, #48]
	ldp	x8, x9, [sp, #64]
	ldp	x10, x11, [sp, #80]
	ldp	x12, x13, [sp, #96]
	ldp	x14, x15, [sp, #112]
	ldp	x16, x17, [sp, #128]
	ldr	x18, [sp, #144]
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

/* x0 is lost: nothing of EL2 is resumed. */
el2_exception:
	mrs	x0, tpidr_el2
	cbz	x0, 1f
	mov	x1, sp			/* for the handler: may be broken, is not dereferenced */
	b	el2_fault_entry
1:	wfi				/* before this CPU has a percpu: cannot report */
	b	1b
