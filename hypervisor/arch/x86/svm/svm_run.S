/* SPDX-License-Identifier: GPL-2.0 */
/* Into a guest and back out of it (AMD64 APM volume 2, 15.5). */
#include <arch/guest_switch.inc>

	.text

/*
 * rdi: struct guest_regs, at the top of this CPU's stack. RAX, RSP and RFLAGS are
 * in the VMCB. Interrupts of all kinds are held off (GIF is 0) from each exit to
 * the next VMRUN, which restores RSP on its way back.
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
