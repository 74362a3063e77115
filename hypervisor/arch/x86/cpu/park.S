/* SPDX-License-Identifier: GPL-2.0 */
/* Where the hypervisor lets NMIs and interrupts in. Under SVM, GIF is clear in all other code but
 * take_nmi(). */

	.text

/*
 * void park_wait(void): halts until an NMI has arrived. An NMI between the test and HLT must not be
 * lost: its handler continues at park_end if it interrupts anything before that label, and one that
 * came earlier is found by the test.
 */
	.globl	park_wait, park_end
park_wait:
	mov	%rsp, %rax
	or	$0xfff, %rax
	cmpq	$0, -15(%rax)		/* guest_regs.nmi_taken */
	jne	park_end
	cmpl	$0, vm_holds_nmis(%rip)
	je	1f
	stgi
1:	hlt
	jmp	1b			/* only an NMI ends this: interrupts are disabled */
park_end:
	cmpl	$0, vm_holds_nmis(%rip)
	je	1f
	clgi
1:	ret

/* void interrupts_drain(idt): accepts the pending interrupt of the highest priority, if any. */
	.globl	interrupts_drain
interrupts_drain:
	sub	$24, %rsp
	sidt	(%rsp)
	lidt	(%rdi)
	cmpl	$0, vm_holds_nmis(%rip)
	je	1f
	stgi
	sti
	nop
	cli
	clgi
	jmp	2f
1:	sti
	nop
	cli
2:	lidt	(%rsp)
	add	$24, %rsp
	ret

/* The interrupt is in service now: interrupts_drain()'s caller ends it. */
	.globl	drain_vector
drain_vector:
	iretq

	.section .note.GNU-stack, "", @progbits
