/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Entry of EL3: reset, exceptions, and the way back to the lower exception level. SP_EL3
 * points at the CPU's context while a lower level executes.
 */
#include "context.h"

#define SCTLR_EL3_RES1 0x30c50830 /* MMU and caches off (Arm ARM D19.2.124) */

	.section .text.entry, "ax"
	.globl	reset
reset:
	msr	daifset, #15
	adr	x0, vectors
	msr	vbar_el3, x0
	ldr	x0, =SCTLR_EL3_RES1
	msr	sctlr_el3, x0
	msr	cptr_el3, xzr
	isb	/* the vectors are valid, and no access below traps */
	msr	spsel, #1
	/* QEMU numbers CPUs by affinity, 16 in a cluster. */
	mrs	x0, mpidr_el1
	and	x1, x0, #0xf
	ubfx	x2, x0, #8, #8
	add	x0, x1, x2, lsl #4
	cmp	x0, #MAX_CPUS
	b.hs	halt
	bl	set_stack
	cbnz	x0, cpu_secondary
	/* RAM keeps its content at a reset. */
	ldr	x1, =bss_start
	ldr	x2, =bss_end
1:	stp	xzr, xzr, [x1], #16
	cmp	x1, x2
	b.lo	1b
	b	cpu_primary

halt:	wfi
	b	halt

/* The context of CPU x0, in a register; clobbers x1 to x3. */
.macro context_address to
	ldr	x1, =stacks
	add	x2, x0, #1
	mov	x3, #STACK_SIZE
	madd	x1, x2, x3, x1
	sub	\to, x1, #CONTEXT_SIZE
.endm

/* Sets SP to the context of CPU x0; keeps x0. */
set_stack:
	context_address x1
	mov	sp, x1
	ret

	.globl	context_of
context_of:
	context_address x0
	ret

	.globl	leave
leave:
	bl	set_stack
	b	return_below

	.globl	park
park:
	bl	set_stack
	b	cpu_parked

.macro save_context
	stp	x0, x1, [sp]
	stp	x2, x3, [sp, #16]
	stp	x4, x5, [sp, #32]
	stp	x6, x7, [sp, #48]
	stp	x8, x9, [sp, #64]
	stp	x10, x11, [sp, #80]
	stp	x12, x13, [sp, #96]
	stp	x14, x15, [sp, #112]
	stp	x16, x17, [sp, #128]
	stp	x18, x19, [sp, #144]
	stp	x20, x21, [sp, #160]
	stp	x22, x23, [sp, #176]
	stp	x24, x25, [sp, #192]
	stp	x26, x27, [sp, #208]
	stp	x28, x29, [sp, #224]
	mrs	x0, elr_el3
	stp	x30, x0, [sp, #240]
	mrs	x0, spsr_el3
	str	x0, [sp, #CONTEXT_SPSR]
	mov	x0, sp
.endm

synchronous:
	save_context
	bl	trap_synchronous
	b	return_below

secure_interrupt:
	save_context
	bl	gic_end_secure

return_below:
	ldr	x1, [sp, #CONTEXT_ELR]
	msr	elr_el3, x1
	ldr	x1, [sp, #CONTEXT_SPSR]
	msr	spsr_el3, x1
	ldp	x0, x1, [sp]
	ldp	x2, x3, [sp, #16]
	ldp	x4, x5, [sp, #32]
	ldp	x6, x7, [sp, #48]
	ldp	x8, x9, [sp, #64]
	ldp	x10, x11, [sp, #80]
	ldp	x12, x13, [sp, #96]
	ldp	x14, x15, [sp, #112]
	ldp	x16, x17, [sp, #128]
	ldp	x18, x19, [sp, #144]
	ldp	x20, x21, [sp, #160]
	ldp	x22, x23, [sp, #176]
	ldp	x24, x25, [sp, #192]
	ldp	x26, x27, [sp, #208]
	ldp	x28, x29, [sp, #224]
	ldr	x30, [sp, #240]
	eret

.macro vector target
	.balign	0x80
	b	\target
.endm

/* Keeps nothing: the CPU does not return. */
unexpected:
	mov	x0, sp
	b	trap_unexpected

	.balign	0x800
vectors: /* Arm ARM D1.3.1.2 */
	.rept	8 /* from EL3 itself */
	vector	unexpected
	.endr
	vector	synchronous /* from a lower level, AArch64 */
	vector	unexpected /* IRQ: SCR_EL3.IRQ is 0 */
	vector	secure_interrupt
	vector	unexpected
	.rept	4 /* from a lower level, AArch32 */
	vector	unexpected
	.endr

	.section .stacks, "aw", %nobits
	.balign	16
stacks:
	.skip	MAX_CPUS * STACK_SIZE
