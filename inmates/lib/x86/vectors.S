/* SPDX-License-Identifier: GPL-2.0 */
/* Exception and interrupt vectors, and probes that continue after an exception. */
#include "percpu.h"

	.text
	.global	vectors
	.balign	16
vectors:
	.set	vector, 0
	.rept	256
	.balign	16
	.if	vector > 31
	push	$0
	.elseif	(1 << vector) & 0x60227d00 == 0
	push	$0
	.endif
	push	$vector
	jmp	take
	.set	vector, vector + 1
	.endr

take:
	push	%r15
	push	%r14
	push	%r13
	push	%r12
	push	%r11
	push	%r10
	push	%r9
	push	%r8
	push	%rdi
	push	%rsi
	push	%rbp
	push	%rbx
	push	%rdx
	push	%rcx
	push	%rax
	mov	%rsp, %rdi
	mov	%rsp, %rbx
	and	$-16, %rsp
	cld
	call	exception
	mov	%rbx, %rsp
	pop	%rax
	pop	%rcx
	pop	%rdx
	pop	%rbx
	pop	%rbp
	pop	%rsi
	pop	%rdi
	pop	%r8
	pop	%r9
	pop	%r10
	pop	%r11
	pop	%r12
	pop	%r13
	pop	%r14
	pop	%r15
	add	$16, %rsp
	iretq

/*
 * bool probe_access(uint64_t address, unsigned int bytes, uint64_t *value, bool
 * write): returns true if the access faulted.
 */
	.global	probe_access
probe_access:
	mov	%gs:0, %r8
	lea	probe_faulted(%rip), %rax
	mov	%rsp, PERCPU_PROBE_SP(%r8)
	mov	%rax, PERCPU_PROBE_PC(%r8)
	mov	(%rdx), %rax
	test	%ecx, %ecx
	jnz	write
	xor	%eax, %eax
	cmp	$2, %esi
	jb	1f
	je	2f
	cmp	$8, %esi
	je	3f
	mov	(%rdi), %eax
	jmp	done
1:	mov	(%rdi), %al
	jmp	done
2:	mov	(%rdi), %ax
	jmp	done
3:	mov	(%rdi), %rax
done:	mov	%rax, (%rdx)
	xor	%eax, %eax
	mov	%rax, PERCPU_PROBE_PC(%r8)
	ret

write:	cmp	$2, %esi
	jb	1f
	je	2f
	cmp	$8, %esi
	je	3f
	mov	%eax, (%rdi)
	jmp	done
1:	mov	%al, (%rdi)
	jmp	done
2:	mov	%ax, (%rdi)
	jmp	done
3:	mov	%rax, (%rdi)
	jmp	done

probe_faulted:
	mov	$1, %eax
	ret

/*
 * bool probe_call(void (*function)(void *), void *argument): returns true if the
 * function faulted; it ended there, and callee-saved registers are restored.
 */
	.global	probe_call
probe_call:
	push	%rbx
	push	%rbp
	push	%r12
	push	%r13
	push	%r14
	push	%r15
	sub	$8, %rsp
	mov	%gs:0, %r8
	lea	1f(%rip), %rax
	mov	%rsp, PERCPU_PROBE_SP(%r8)
	mov	%rax, PERCPU_PROBE_PC(%r8)
	mov	%rdi, %rax
	mov	%rsi, %rdi
	call	*%rax
	mov	%gs:0, %r8
	xor	%eax, %eax
	mov	%rax, PERCPU_PROBE_PC(%r8)
	jmp	2f
1:	mov	$1, %eax
2:	add	$8, %rsp
	pop	%r15
	pop	%r14
	pop	%r13
	pop	%r12
	pop	%rbp
	pop	%rbx
	ret

/*
 * int64_t hypercall(function, a, b, c): function in rax, arguments in rdi, rsi,
 * rdx. The instruction differs by vendor: VMMCALL (AMD) or VMCALL (Intel).
 */
	.global	hypercall
hypercall:
	mov	%rdi, %rax
	mov	%rsi, %rdi
	mov	%rdx, %rsi
	mov	%rcx, %rdx
	cmpl	$0, on_intel
	jne	1f
	vmmcall
	ret
1:	vmcall
	ret

	.section .note.GNU-stack, "", @progbits
