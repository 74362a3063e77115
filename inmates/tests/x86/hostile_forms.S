/* SPDX-License-Identifier: GPL-2.0 */
/* Accesses to one local APIC register, for hostile_apic.c: entries of 16 bytes. */
#define TARGET 0xfee00080

	.text
/* void call_form(void *form): calls an entry with registers that let it address TARGET. */
	.global	call_form
call_form:
	push	%rbx
	push	%rbp
	push	%r12
	push	%r13
	push	%r14
	push	%r15
	sub	$8, %rsp
	mov	%rdi, %rbx
	mov	$TARGET, %edi
	mov	$TARGET, %esi
	xor	%eax, %eax
	xor	%edx, %edx
	mov	$1, %ecx
	mov	$0x8000, %r8d
	xor	%r9d, %r9d
	mov	$(TARGET - 0x10) / 4, %r10d
	mov	$TARGET - 8, %r11d
	mov	$TARGET, %r12d
	mov	$TARGET, %r13d
	call	*%rbx
	add	$8, %rsp
	pop	%r15
	pop	%r14
	pop	%r13
	pop	%r12
	pop	%rbp
	pop	%rbx
	ret

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
	form	mov %es:(%rdi), %esi
	form	mov -0x10000(%rdi,%r8,2), %eax
	form	movl $0, 0x10(,%r10,4)
	form	mov 8(%r11), %r15d
	form	mov (%r12), %eax
	form	mov %edx, (%r13)
	form	movabs TARGET, %eax
	form	movabs %eax, TARGET
	form	.byte 0x67, 0xa1, 0x80, 0x00, 0xe0, 0xfe	/* the same with 32 bits */
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
