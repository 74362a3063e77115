/* SPDX-License-Identifier: GPL-2.0 */
/* Into a guest and back out of it (AMD64 APM volume 2, 15.5). */
#include <arch/layout.h>

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
	mov	0x08(%rsp), %rcx
	mov	0x10(%rsp), %rdx
	mov	0x18(%rsp), %rbx
	mov	0x28(%rsp), %rbp
	mov	0x30(%rsp), %rsi
	mov	0x38(%rsp), %rdi
	mov	0x40(%rsp), %r8
	mov	0x48(%rsp), %r9
	mov	0x50(%rsp), %r10
	mov	0x58(%rsp), %r11
	mov	0x60(%rsp), %r12
	mov	0x68(%rsp), %r13
	mov	0x70(%rsp), %r14
	mov	0x78(%rsp), %r15
	vmrun	%rax
	mov	%rcx, 0x08(%rsp)
	mov	%rdx, 0x10(%rsp)
	mov	%rbx, 0x18(%rsp)
	mov	%rbp, 0x28(%rsp)
	mov	%rsi, 0x30(%rsp)
	mov	%rdi, 0x38(%rsp)
	mov	%r8, 0x40(%rsp)
	mov	%r9, 0x48(%rsp)
	mov	%r10, 0x50(%rsp)
	mov	%r11, 0x58(%rsp)
	mov	%r12, 0x60(%rsp)
	mov	%r13, 0x68(%rsp)
	mov	%r14, 0x70(%rsp)
	mov	%r15, 0x78(%rsp)
	mov	%rsp, %rdi
	call	svm_exit
	jmp	1b

	.section .note.GNU-stack, "", @progbits
