/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Start code of an x86 Linux cell: sets the clock and enters the kernel in 32-bit mode by the boot
 * protocol (Linux, Documentation/arch/x86/boot.rst). Starts at guest address 0 in real mode. It
 * ends at 0x400, where Linux reads the BIOS data area. x86.c fills in its data.
 */
	.code16
	.text
	.globl	_start
_start:	cli
	lgdtl	%cs:gdt_pointer
	mov	%cr0, %eax
	and	$0x9fffffff, %eax	/* CD, NW */
	or	$1, %eax		/* PE */
	mov	%eax, %cr0
	ljmpl	$0x10, $start32

	.code32
start32:
	mov	$0x18, %eax
	mov	%eax, %ds
	mov	%eax, %es
	mov	%eax, %ss
	mov	$0x1000, %esp

	/* eax = time at the start in seconds + seconds that the TSC has counted since */
	rdtsc
	sub	tsc, %eax
	sbb	tsc + 4, %edx
	mov	tsc_khz, %ecx
	call	divide
	mov	$1000, %ecx
	call	divide
	add	seconds, %eax

	mov	$0, %bl
	mov	$60, %ecx
	call	take			/* seconds */
	mov	$2, %bl
	call	take			/* minutes */
	mov	$4, %bl
	mov	$24, %ecx
	call	take			/* hours */

	/* ebp = year - 1900 and eax = day of the year, from days since 1970; until 2099 */
	mov	$70, %ebp
1:	mov	$365, %ecx
	test	$3, %ebp
	jnz	2f
	inc	%ecx
2:	cmp	%ecx, %eax
	jb	3f
	sub	%ecx, %eax
	inc	%ebp
	jmp	1b
3:	xor	%edi, %edi
4:	movzbl	months(%edi), %ecx
	inc	%edi
	cmp	$2, %edi
	jne	5f
	test	$3, %ebp
	jnz	5f
	inc	%ecx
5:	cmp	%ecx, %eax
	jb	6f
	sub	%ecx, %eax
	jmp	4b
6:	mov	$7, %bl
	lea	1(%eax), %edx
	call	put			/* day */
	mov	$8, %bl
	mov	%edi, %edx
	call	put			/* month */
	mov	%ebp, %eax
	mov	$100, %ecx
	mov	$9, %bl
	call	take			/* year */
	/* Registers A, B and D: running; 24 hours, BCD; valid */
	mov	$0x0a, %bl
	mov	$26, %edx
	call	put
	mov	$0x0b, %bl
	mov	$2, %edx
	call	put
	mov	$0x0d, %bl
	mov	$80, %edx
	call	put

	xor	%ebx, %ebx
	xor	%ebp, %ebp
	xor	%edi, %edi
	mov	params, %esi
	jmp	*kernel

/* edx:eax /= ecx; changes ebx */
divide:	mov	%eax, %ebx
	mov	%edx, %eax
	xor	%edx, %edx
	div	%ecx
	xchg	%eax, %ebx
	div	%ecx
	mov	%ebx, %edx
	ret

/* eax /= ecx; writes the remainder to the clock's register bl */
take:	xor	%edx, %edx
	div	%ecx

/* Writes dl in BCD to the clock's register bl. */
put:	push	%eax
	mov	%bl, %al
	out	%al, $0x70
	mov	%dl, %al
	aam
	shl	$4, %ah
	or	%ah, %al
	out	%al, $0x71
	pop	%eax
	ret

months:	.byte	31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31

	.balign	8
gdt:	.quad	0, 0
	.quad	0x00cf9b000000ffff	/* 0x10: code */
	.quad	0x00cf93000000ffff	/* 0x18: data */
gdt_pointer:
	.word	. - gdt - 1
	.long	gdt

	/* struct stub_data, x86.c */
	.org	0x3e0
tsc:	.quad	0
seconds:
	.long	0
tsc_khz:
	.long	0
params:	.long	0
kernel:	.long	0
	.org	0x400
