/* SPDX-License-Identifier: GPL-2.0 */
/* See measure.h. Tools that count from outside use the labels that begin with bench_. */

	.macro	clock
	lfence
	rdtsc
	shl	$32, %rdx
	or	%rdx, %rax
	.endm

	.macro	measure name, insn:vararg
	.global	measure_\name, bench_\name, bench_\name\()_end
measure_\name:
	push	%rbx
	clock
	mov	%rax, %r8
	mov	%esi, %eax
	mov	%edi, %edx
	xor	%ecx, %ecx
bench_\name:
	\insn
bench_\name\()_end:
	clock
	sub	%r8, %rax
	pop	%rbx
	ret
	.endm

	.text
	measure	vmmcall, vmmcall
	measure	vmcall, vmcall
	measure	cpuid, cpuid
	measure	port, inb %dx, %al
	measure	apic_read, mov (%rdi), %eax
	measure	eoi, mov %eax, (%rdi)
	measure	icr, mov %eax, (%rdi)
	measure	icr_logical, mov %eax, (%rdi)
	measure	timer, mov %eax, (%rdi)

	.section .note.GNU-stack, "", @progbits
