/* SPDX-License-Identifier: GPL-2.0 */
/* Accesses to the address in rdi and rsi, with 1 in rcx, for hostile_apic.c: entries of 16 bytes. */
	.text
	.macro	form insn:vararg
	.balign	16
	\insn
	ret
	.endm

	.balign	16
	.global	forms_good
forms_good:
	form	mov (%rdi), %eax
	form	mov %eax, (%rdi)
	form	mov -8(%rdi,%rcx,8), %r9d
	form	mov %r9d, 0x0(,%rdi,1)
	form	movl $0, (%rdi)
	form	addr32 mov (%edi), %eax
	form	mov %ds:(%rdi), %esi
	.global	forms_good_end
forms_good_end:

	.balign	16
	.global	forms_bad
forms_bad:
	form	mov (%rdi), %al
	form	mov %ax, (%rdi)
	form	mov (%rdi), %rax
	form	movb $0, (%rdi)
	form	movq $0, (%rdi)
	form	movzbl (%rdi), %eax
	form	movzwl (%rdi), %eax
	form	xchg %eax, (%rdi)
	form	add %eax, (%rdi)
	form	orl $0, (%rdi)
	form	lock incl (%rdi)
	form	cmpxchg %ecx, (%rdi)
	form	push (%rdi)
	form	cmp (%rdi), %eax
	form	test %eax, (%rdi)
	form	lodsl
	form	stosl
	form	rep stosl
	form	movsl
	form	mov %ds, (%rdi)
	form	movnti %eax, (%rdi)
	form	jmp *(%rdi)
	form	lgdt (%rdi)
	form	cmpxchg8b (%rdi)
	form	mov 1(%rdi), %eax
	form	mov %eax, 2(%rdi)
	.balign	16
	.global	forms_bad_end
forms_bad_end:

	.section .note.GNU-stack, "", @progbits
