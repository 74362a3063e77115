/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Entry. Every CPU starts at the first byte of the program in real mode, with
 * the base of CS there: the boot CPU as after reset, others by SIPI. The map is
 * the identity, for 4 GiB.
 */
#include "machine.h"
#include "percpu.h"

#define CODE32 0x08
#define CODE64 0x10
#define DATA 0x18
#define APIC_BASE 0x1b		/* SDM volume 3, 11.4.4; its BSP bit is set on the boot CPU alone */
#define APIC_BASE_BSP 0x100

	.section .head, "ax"
	.code16
	.global _start
_start:
	cli
	mov	%eax, %dr3		/* the unused DR2 and DR3 keep CR0 and EAX for boot_state */
	mov	%cr0, %eax
	mov	%eax, %dr2
	lgdtl	%cs:gdt_pointer - _start
	mov	%cr0, %eax
	and	$0x9fffffff, %eax	/* CD, NW */
	or	$1, %eax		/* PE */
	mov	%eax, %cr0
	ljmpl	$CODE32, $start32

	.balign	8
gdt:	.quad	0
	.quad	0x00cf9b000000ffff
	.quad	0x00af9b000000ffff
	.quad	0x00cf93000000ffff
gdt_pointer:
	.word	. - gdt - 1
	.long	gdt

	.code32
start32:
	mov	$DATA, %eax
	mov	%eax, %ds
	mov	%eax, %es
	mov	%eax, %ss
	mov	%eax, %fs
	mov	%eax, %gs
	mov	%ecx, entry_ecx
	mov	%edx, entry_edx
	mov	$APIC_BASE, %ecx
	rdmsr
	test	$APIC_BASE_BSP, %eax
	jz	2f			/* a secondary CPU */
	mov	entry_ecx, %eax
	mov	%eax, boot_state + BOOT_REGS + 8
	mov	entry_edx, %eax
	mov	%eax, boot_state + BOOT_REGS + 16
	mov	%ebx, boot_state + BOOT_REGS + 24
	mov	%esp, boot_state + BOOT_REGS + 32
	mov	%ebp, boot_state + BOOT_REGS + 40
	mov	%esi, boot_state + BOOT_REGS + 48
	mov	%edi, boot_state + BOOT_REGS + 56
	mov	%dr3, %eax
	mov	%eax, boot_state + BOOT_REGS
	mov	%dr2, %eax
	mov	%eax, boot_state + BOOT_CR0
	mov	%cr3, %eax
	mov	%eax, boot_state + BOOT_CR3
	mov	%cr4, %eax
	mov	%eax, boot_state + BOOT_CR4
	mov	$0xc0000080, %ecx	/* EFER */
	rdmsr
	mov	%eax, boot_state + BOOT_EFER
	mov	%edi, %ebx
	mov	$__bss_start, %edi
	mov	$__bss_end, %ecx
	sub	%edi, %ecx
	xor	%eax, %eax
	cld
	rep stosb
	movl	$tables + 0x1003, tables
	mov	$4, %ecx		/* page directories */
	mov	$tables + 0x2003, %eax
	mov	$tables + 0x1000, %edi
1:	mov	%eax, (%edi)
	add	$0x1000, %eax
	add	$8, %edi
	loop	1b
	mov	$2048, %ecx		/* pages of 2 MiB */
	mov	$0x83, %eax
	mov	$tables + 0x2000, %edi
1:	mov	%eax, (%edi)
	add	$0x200000, %eax
	add	$8, %edi
	loop	1b
	mov	$percpu, %eax
	mov	%eax, starting
	movl	$stacks + STACK_BYTES, PERCPU_STACK(%eax)
2:	mov	%cr4, %eax
	or	$0x620, %eax		/* PAE, OSFXSR, OSXMMEXCPT */
	mov	%eax, %cr4
	mov	$tables, %eax
	mov	%eax, %cr3
	mov	$0xc0000080, %ecx	/* EFER.LME */
	rdmsr
	or	$0x100, %eax
	wrmsr
	mov	%cr0, %eax
	or	$0x80000002, %eax	/* PG, MP */
	mov	%eax, %cr0
	ljmpl	$CODE64, $start64

	.code64
start64:
	mov	starting, %edi
	mov	PERCPU_STACK(%rdi), %rsp
	cmpl	$percpu, %edi
	jne	1f
	mov	%r8, boot_state + BOOT_REGS + 64
	mov	%r9, boot_state + BOOT_REGS + 72
	mov	%r10, boot_state + BOOT_REGS + 80
	mov	%r11, boot_state + BOOT_REGS + 88
	mov	%r12, boot_state + BOOT_REGS + 96
	mov	%r13, boot_state + BOOT_REGS + 104
	mov	%r14, boot_state + BOOT_REGS + 112
	mov	%r15, boot_state + BOOT_REGS + 120
	call	boot_cpu_start
1:	call	secondary_cpu_start

	/* Written before .bss is cleared. */
	.section .boot_state, "aw"
	.balign	8
	.global	boot_state
boot_state:
	.space	BOOT_BYTES
entry_ecx:
	.long	0			/* one CPU starts at a time */
entry_edx:
	.long	0

	.bss
	.balign	8
	.global	starting
starting:
	.quad	0			/* struct percpu of the starting CPU */
	.balign	4096
tables:	.space	6 * 4096

	.section .note.GNU-stack, "", @progbits
