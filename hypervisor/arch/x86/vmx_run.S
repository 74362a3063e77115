/* SPDX-License-Identifier: GPL-2.0 */
/* Into a guest and back out of it (Intel SDM volume 3C, chapters 28 and 29). */
#include <arch/layout.h>

	.text

/*
 * rdi: struct guest_regs, at the top of this CPU's stack: the host RSP, too. RSP
 * and RFLAGS are the VMCS's. NMIs may arrive at any time: one between the look at
 * nmi_taken and the entry goes on at vmx_look_again (see nmi_vector).
 */
	.globl	vmx_enter
vmx_enter:
	mov	%rdi, %rsp
	.globl	vmx_entering
vmx_entering:
	cmpl	$0, 0x90(%rsp)		/* guest_regs.nmi_taken */
	jne	vmx_look_again
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
	mov	0x00(%rsp), %rax
	vmresume
	vmlaunch			/* the first time (26.1: the launch state) */
	.globl	vmx_entry_failed
vmx_entry_failed:
	mov	%rsp, %rdi
	call	vmx_stuck

	.globl	vmx_look_again
vmx_look_again:
	mov	%rsp, %rdi
	call	vmx_nmi
	jmp	vmx_entering

	.globl	vmx_exited
vmx_exited:
	mov	%rax, 0x00(%rsp)
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
	call	vmx_exit
	jmp	vmx_entering

	.section .note.GNU-stack, "", @progbits
