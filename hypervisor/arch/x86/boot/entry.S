/* SPDX-License-Identifier: GPL-2.0 */
/* Enable and disable: from Linux into the hypervisor and back. */
#include <arch/guest_switch.inc>
#include <arch/layout.h>
#include <bulkhead/limits.h>

	.section .header, "a"
	.quad	0x44414548444c4b42	/* BH_IMAGE_MAGIC; struct bh_image_header */
	.long	BH_ABI_VERSION
	.long	2			/* BH_ARCH_X86 */
	.quad	image_file_size
	.quad	image_mem_size
	.quad	image_entry_offset
	.quad	image_boot_offset
	.quad	image_config_offset
	.quad	image_va

	.text

/*
 * int64_t boot_entry(uint64_t cr3): enable on this CPU. The driver calls it with interrupts off, on
 * Linux's stack and on the page tables that it built; cr3: Linux's. Returns 0 in the guest that
 * Linux has become, or minus a refusal code with nothing changed.
 */
	.balign	8			/* the driver requires an aligned entry */
	.globl	boot_entry
boot_entry:
	endbr64
	pushfq				/* struct linux_frame */
	.irp	reg, rbx, rbp, r12, r13, r14, r15
	push	%\reg
	.endr
	mov	%rsp, %rbx
	mov	%rdi, %r12
	cld
	and	$-16, %rsp
	call	boot_stack		/* 0: an unknown CPU */
	mov	%rax, %rcx
	mov	$-20, %rax		/* -BH_E_CPU_LOST */
	test	%rcx, %rcx
	jz	1f
	mov	%rcx, %rsp
	mov	%rbx, %rdi
	mov	%r12, %rsi
	call	boot_cpu
1:	mov	%rbx, %rsp
	.irp	reg, r15, r14, r13, r12, rbp, rbx
	pop	%\reg
	.endr
	popfq
	ret

/*
 * void leave_to_linux(regs, rsp, rip, rflags). Linux's stack is mapped, and kernels keep nothing
 * below their stack pointers: RIP and RFLAGS go there.
 */
	.globl	leave_to_linux
leave_to_linux:
	mov	%rdx, -8(%rsi)
	mov	%rcx, -16(%rsi)
	sub	$16, %rsi
	mov	%rsi, 0x20(%rdi)	/* guest_regs.r[R_SP] */
	mov	%rdi, %rsp
	load_guest
	mov	0x00(%rsp), %rax
	mov	0x20(%rsp), %rsp
	popfq
	ret

	.section .note.GNU-stack, "", @progbits
