/* SPDX-License-Identifier: GPL-2.0 */
/* Entry of SVM guests (AMD64 APM volume 2, 15.5). */
#include <arch/guest_switch.inc>

	.text

/*
 * void svm_enter(struct guest_regs *regs): regs is at the top of this CPU's stack. RAX, RSP and
 * RFLAGS are in the VMCB. GIF is clear, which blocks interrupts and NMIs, from each exit to the
 * next VMRUN. An exit restores the RSP of the VMRUN.
 */
	.globl	svm_enter
svm_enter:
	mov	%rdi, %rsp
1:	mov	0x80(%rsp), %rax
	load_guest
	vmrun	%rax
	save_guest
	mov	%rsp, %rdi
	call	svm_exit
	jmp	1b

	.section .note.GNU-stack, "", @progbits
