/* SPDX-License-Identifier: GPL-2.0 */
#include "percpu.h"

	.text
/*
 * bool probe_run(const void *code, uint64_t regs[PROBE_REGS])
 * On a fault, end_probe() continues at 2f; the general registers and SP have
 * arbitrary values then. The exception itself used the SP of this function.
 */
	.global probe_run
probe_run:
	stp	x29, x30, [sp, #-112]!
	stp	x19, x20, [sp, #16]
	stp	x21, x22, [sp, #32]
	stp	x23, x24, [sp, #48]
	stp	x25, x26, [sp, #64]
	stp	x27, x28, [sp, #80]
	str	x1, [sp, #96]
	mrs	x2, tpidr_el1
	mov	x3, sp
	str	x3, [x2, #PERCPU_PROBE_SP]
	adr	x3, 2f
	str	x3, [x2, #PERCPU_PROBE_PC]
	mov	x30, x0
	ldp	x2, x3, [x1, #16]
	ldp	x4, x5, [x1, #32]
	ldp	x6, x7, [x1, #48]
	ldp	x8, x9, [x1, #64]
	ldp	x10, x11, [x1, #80]
	ldp	x12, x13, [x1, #96]
	ldp	x14, x15, [x1, #112]
	ldp	x16, x17, [x1, #128]
	ldp	x18, x19, [x1, #144]
	ldp	x20, x21, [x1, #160]
	ldp	x22, x23, [x1, #176]
	ldp	x24, x25, [x1, #192]
	ldp	x26, x27, [x1, #208]
	ldp	x28, x29, [x1, #224]
	ldp	x0, x1, [x1]
	blr	x30
	dsb	sy		/* take an SError of the probe before it ends */
	isb
	ldr	x30, [sp, #96]
	stp	x0, x1, [x30]
	stp	x2, x3, [x30, #16]
	stp	x4, x5, [x30, #32]
	stp	x6, x7, [x30, #48]
	stp	x8, x9, [x30, #64]
	stp	x10, x11, [x30, #80]
	stp	x12, x13, [x30, #96]
	stp	x14, x15, [x30, #112]
	stp	x16, x17, [x30, #128]
	stp	x18, x19, [x30, #144]
	stp	x20, x21, [x30, #160]
	stp	x22, x23, [x30, #176]
	stp	x24, x25, [x30, #192]
	stp	x26, x27, [x30, #208]
	stp	x28, x29, [x30, #224]
	mrs	x2, tpidr_el1
	str	xzr, [x2, #PERCPU_PROBE_PC]
	mov	x0, #0
1:	ldp	x19, x20, [sp, #16]
	ldp	x21, x22, [sp, #32]
	ldp	x23, x24, [sp, #48]
	ldp	x25, x26, [sp, #64]
	ldp	x27, x28, [sp, #80]
	ldp	x29, x30, [sp], #112
	ret
2:	mrs	x2, tpidr_el1
	ldr	x3, [x2, #PERCPU_PROBE_SP]
	mov	sp, x3
	mov	x0, #1
	b	1b

	.macro	snippet name, insn:vararg
	.global	\name
\name:	\insn
	ret
	.endm

	snippet	probe_ldr1, ldrb w1, [x0]
	snippet	probe_ldr2, ldrh w1, [x0]
	snippet	probe_ldr4, ldr w1, [x0]
	snippet	probe_ldr8, ldr x1, [x0]
	snippet	probe_str1, strb w1, [x0]
	snippet	probe_str2, strh w1, [x0]
	snippet	probe_str4, str w1, [x0]
	snippet	probe_str8, str x1, [x0]
	snippet	probe_jump, br x0
