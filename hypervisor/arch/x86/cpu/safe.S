/* SPDX-License-Identifier: GPL-2.0 */
/* Accesses to registers that may be absent: see asm.h. An exception of one of these instructions
 * continues at safe_failed (vectors.S). */

	.text

	.globl	rdmsr_safe, safe_rdmsr
rdmsr_safe:
	mov	%edi, %ecx
safe_rdmsr:
	rdmsr
	shl	$32, %rdx
	mov	%eax, %eax
	or	%rdx, %rax
	mov	%rax, (%rsi)
	mov	$1, %eax
	ret

	.globl	wrmsr_safe, safe_wrmsr
wrmsr_safe:
	mov	%edi, %ecx
	mov	%esi, %eax
	mov	%rsi, %rdx
	shr	$32, %rdx
safe_wrmsr:
	wrmsr
	mov	$1, %eax
	ret

	.globl	xsetbv_safe, safe_xsetbv
xsetbv_safe:
	xor	%ecx, %ecx
	mov	%edi, %eax
	mov	%rdi, %rdx
	shr	$32, %rdx
safe_xsetbv:
	xsetbv
	mov	$1, %eax
	ret

	.globl	safe_failed
safe_failed:
	xor	%eax, %eax
	ret

	.section .note.GNU-stack, "", @progbits
