/* SPDX-License-Identifier: GPL-2.0 */
/* Ways into and out of the hypervisor on CPUs that Linux had. */
#include <arch/guest_switch.inc>
#include <arch/layout.h>
#include <bulkhead/limits.h>

	.section .header, "a"
	.quad	0x44414548444c4b42	/* BH_IMAGE_MAGIC; struct bh_image_header */
	.long	(1 << 16 | 5)		/* BH_ABI_VERSION */
	.long	2			/* BH_ARCH_X86 */
	.quad	image_file_size
	.quad	image_mem_size
	.quad	image_entry_offset
	.quad	image_boot_offset
	.quad	image_config_offset
	.quad	image_va

	.text

/*
 * Enable, on each CPU, called by the driver with interrupts off, on Linux's
 * stack and the tables that the driver built: rdi = Linux's CR3. Returns 0 as a
 * guest, or, with nothing changed, minus a refusal code.
 */
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
	call	boot_stack		/* this CPU's, or 0 */
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

/* rdi, rsi: struct descriptor_table of the GDT and IDT to use from now on. */
	.globl	host_tables_load
host_tables_load:
	lgdt	(%rdi)
	lidt	(%rsi)
	pop	%rax
	push	$HOST_CS
	push	%rax
	mov	$HOST_DS, %eax
	mov	%eax, %ds
	mov	%eax, %es
	mov	%eax, %ss
	lretq

/*
 * rdi: struct guest_regs, rsi: rsp, rdx: rip, rcx: rflags. Linux's stack is
 * mapped, and kernels have nothing below their stack pointers.
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

/*
 * An NMI between the test of a condition and HLT must not be slept over: its
 * handler goes on at park_end from wherever in here, and one that came before
 * is found here.
 */
	.globl	park_wait
park_wait:
	mov	%rsp, %rax
	or	$0xfff, %rax
	cmpq	$0, -15(%rax)		/* guest_regs.nmi_taken */
	jne	park_end
	cmpl	$0, vm_holds_nmis(%rip)
	je	park_halt
	stgi
park_halt:
	hlt
	jmp	park_halt		/* nothing else wakes: interrupts are disabled */
park_end:
	cmpl	$0, vm_holds_nmis(%rip)
	je	1f
	clgi
1:	ret

/* Back to whom it interrupted, but for two places that lead to a sleep or into a guest. */
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

/* rdi: the IDT whose vectors are all drain_vector: take what interrupts are pending, one pass. */
	.globl	apic_vectors_drain
apic_vectors_drain:
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

/* An interrupt that nobody waits for any more: end it. */
	.globl	drain_vector
drain_vector:
	.irp	reg, rax, rcx, rdx, rsi, rdi, r8, r9, r10, r11
	push	%\reg
	.endr
	cld
	call	apic_eoi
	.irp	reg, r11, r10, r9, r8, rdi, rsi, rdx, rcx, rax
	pop	%\reg
	.endr
	iretq

/* Exceptions of the hypervisor itself: 8 bytes a vector; those without an error code get one. */
	.globl	host_vectors
	.balign	8
host_vectors:
	.set	vector, 0
	.rept	32
	.balign	8
	.if	(1 << vector) & 0x60227d00 == 0
	push	$0
	.endif
	call	host_exception		/* says where it is: see below */
	.set	vector, vector + 1
	.endr

/* On the stack: an address behind the vector's call, error code, RIP, CS, RFLAGS, RSP, SS. */
host_exception:
	push	%rax
	push	%rcx
	mov	32(%rsp), %rax
	lea	msr_access(%rip), %rcx
	cmp	%rcx, %rax
	je	1f
	lea	msr_access_write(%rip), %rcx
	cmp	%rcx, %rax
	je	1f
	lea	xcr_access(%rip), %rcx
	cmp	%rcx, %rax
	je	1f
	pop	%rcx
	lea	host_vectors(%rip), %rax
	sub	%rax, 8(%rsp)
	shrq	$3, 8(%rsp)		/* the vector's number */
	pop	%rax
	mov	%rsp, %rdi
	cld
	and	$-16, %rsp
	call	host_fault
1:	lea	msr_absent(%rip), %rax
	mov	%rax, 32(%rsp)
	pop	%rcx
	pop	%rax
	add	$16, %rsp
	iretq

/*
 * bool msr_read(uint32_t msr, uint64_t *value), bool msr_write(uint32_t msr,
 * uint64_t value), bool xcr_write(uint64_t value): false: the CPU has no such
 * register, or doesn't take the value.
 */
	.globl	msr_read
msr_read:
	mov	%edi, %ecx
msr_access:
	rdmsr
	shl	$32, %rdx
	mov	%eax, %eax
	or	%rdx, %rax
	mov	%rax, (%rsi)
	mov	$1, %eax
	ret

	.globl	msr_write
msr_write:
	mov	%edi, %ecx
	mov	%esi, %eax
	mov	%rsi, %rdx
	shr	$32, %rdx
msr_access_write:
	wrmsr
	mov	$1, %eax
	ret

	.globl	xcr_write
xcr_write:
	xor	%ecx, %ecx
	mov	%edi, %eax
	mov	%rdi, %rdx
	shr	$32, %rdx
xcr_access:
	xsetbv
	mov	$1, %eax
	ret

msr_absent:
	xor	%eax, %eax
	ret

	.section .note.GNU-stack, "", @progbits
