/* SPDX-License-Identifier: GPL-2.0 */
/* Entries and exits of VMX guests (Intel SDM volume 3C, chapters 28 and 29). */
#include <arch/guest_switch.inc>

	.text

/*
 * void vmx_enter(struct guest_regs *regs): regs is at the top of this CPU's stack, where the host
 * RSP points to, too. The guest's RSP and RFLAGS are in the VMCS. NMIs may arrive at any time:
 * after one between the test of nmi_taken and the entry, nmi_vector continues at vmx_look_again.
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
	vmlaunch			/* VMRESUME fails if the VMCS was never launched (26.1) */
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
