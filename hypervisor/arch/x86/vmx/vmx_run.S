/* SPDX-License-Identifier: GPL-2.0 */
/* Into a guest and back out of it (Intel SDM volume 3C, chapters 28 and 29). */
#include <arch/guest_switch.inc>

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
	load_guest
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
	save_guest
	mov	%rsp, %rdi
	call	vmx_exit
	jmp	vmx_entering

	.section .note.GNU-stack, "", @progbits
