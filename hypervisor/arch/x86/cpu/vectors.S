/* SPDX-License-Identifier: GPL-2.0 */
/* Exceptions and NMIs that arrive in the hypervisor. */

	.text

/*
 * Notes the NMI and returns to the interrupted code, except in two places: park_wait() must not
 * halt after it, and a VMX guest must not be entered before the NMI's request is served.
 */
	.globl	nmi_vector
nmi_vector:
	push	%rax
	push	%rcx
	mov	%rsp, %rax
	or	$0xfff, %rax
	movq	$1, -15(%rax)		/* guest_regs.nmi_taken */
	mov	16(%rsp), %rax
	lea	park_wait(%rip), %rcx
	cmp	%rcx, %rax
	jb	1f
	lea	park_end(%rip), %rcx
	cmp	%rcx, %rax
	jb	2f
1:	lea	vmx_entering(%rip), %rcx
	cmp	%rcx, %rax
	jb	3f
	lea	vmx_entry_failed(%rip), %rcx
	cmp	%rcx, %rax
	jae	3f
	lea	vmx_look_again(%rip), %rcx
2:	mov	%rcx, 16(%rsp)
3:	pop	%rcx
	pop	%rax
	iretq

/* Exceptions: 8 bytes a vector. Vectors without an error code push 0 in its place. */
	.globl	host_vectors
	.balign	8
host_vectors:
	.set	vector, 0
	.rept	32
	.balign	8
	.if	(1 << vector) & 0x60227d00 == 0
	push	$0
	.endif
	call	host_exception		/* the return address tells the vector */
	.set	vector, vector + 1
	.endr

/* On the stack: an address behind the vector's call, error code, RIP, CS, RFLAGS, RSP, SS. */
host_exception:
	push	%rax
	push	%rcx
	mov	32(%rsp), %rax		/* RIP */
	.irp	access, safe_rdmsr, safe_wrmsr, safe_xsetbv
	lea	\access(%rip), %rcx
	cmp	%rcx, %rax
	je	1f
	.endr
	pop	%rcx
	lea	host_vectors(%rip), %rax
	sub	%rax, 8(%rsp)
	shrq	$3, 8(%rsp)		/* the vector's number */
	pop	%rax
	mov	%rsp, %rdi
	cld
	and	$-16, %rsp
	call	host_fault
1:	lea	safe_failed(%rip), %rax
	mov	%rax, 32(%rsp)
	pop	%rcx
	pop	%rax
	add	$16, %rsp
	iretq

	.section .note.GNU-stack, "", @progbits
