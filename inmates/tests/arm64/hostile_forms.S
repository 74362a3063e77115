/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Loads and stores at x0 for which a trap has no complete syndrome, each followed
 * by a return: struct form hostile_forms[], see hostile_mmio.c.
 */
	.arch	armv8.2-a+lse+fp+simd

	.macro	form name, moves, insn:vararg
	.text
	.balign	4
1:	\insn
	ret
	.section .rodata.strings, "a"
2:	.asciz	"\name"
	.section .rodata.forms, "a"
	.quad	2b, 1b, \moves
	.endm

	.section .rodata.forms, "a"
	.balign	8
	.global	hostile_forms
hostile_forms:
	form	ldp, 0, ldp w1, w2, [x0]
	form	ldp-x, 0, ldp x1, x2, [x0]
	form	stp, 0, stp w1, w2, [x0]
	form	stp-x, 0, stp xzr, xzr, [x0]
	form	ldpsw, 0, ldpsw x1, x2, [x0]
	form	ldnp, 0, ldnp x1, x2, [x0]
	form	ldr-post, 4, ldr w1, [x0], #4
	form	ldr-pre, 4, ldr w1, [x0, #4]!
	form	str-post, 4, str w1, [x0], #4
	form	str-pre, 4, str w1, [x0, #4]!
	form	strb-post, 1, strb w1, [x0], #1
	form	ldp-post, 8, ldp w1, w2, [x0], #8
	form	ldrsb, 0, ldrsb x1, [x0]
	form	ldrsh, 0, ldrsh w1, [x0]
	form	ldrsw, 0, ldrsw x1, [x0]
	form	ldr-xzr, 0, ldr xzr, [x0]
	form	str-xzr, 0, str xzr, [x0]
	form	ldr-x0, 0, ldr w1, [x0, wzr, uxtw]
	form	ldtr, 0, ldtr w1, [x0]
	form	sttr, 0, sttr w1, [x0]
	form	ldar, 0, ldar w1, [x0]
	form	stlr, 0, stlr w1, [x0]
	form	ldxr, 0, ldxr w1, [x0]
	form	ldaxr, 0, ldaxr x1, [x0]
	form	stxr, 0, stxr w2, w1, [x0]
	form	ldxp, 0, ldxp x1, x2, [x0]
	form	ldadd, 0, ldadd w1, w2, [x0]
	form	swp, 0, swp w1, w2, [x0]
	form	cas, 0, cas w1, w2, [x0]
	form	casp, 0, casp x2, x3, x4, x5, [x0]
	form	ldr-b, 0, ldr b0, [x0]
	form	ldr-s, 0, ldr s0, [x0]
	form	ldr-q, 0, ldr q0, [x0]
	form	str-q, 0, str q0, [x0]
	form	ldp-q, 0, ldp q0, q1, [x0]
	form	ld1, 0, ld1 {v0.16b}, [x0]
	form	st1-lane, 0, st1 {v0.s}[1], [x0]
	form	ld4, 0, ld4 {v0.4s-v3.4s}, [x0]
	form	ld1-post, 16, ld1 {v0.16b}, [x0], #16
	form	prfm, 0, prfm pldl1keep, [x0]
	form	dc-zva, 0, dc zva, x0
	form	dc-ivac, 0, dc ivac, x0
	form	dc-civac, 0, dc civac, x0
	form	ic-ivau, 0, ic ivau, x0
	form	at-s1e1r, 0, at s1e1r, x0
	.section .rodata.forms, "a"
	.quad	0, 0, 0
