/* SPDX-License-Identifier: GPL-2.0 */
/* See measure.h. Tools that count from outside use the labels that begin with bench_. */

	.macro	begin
	isb
	mrs	x9, pmccntr_el0
	isb
	.endm

	.macro	end
	isb
	mrs	x10, pmccntr_el0
	sub	x0, x10, x9
	ret
	.endm

	.macro	call insn:vararg
	mov	x12, x0
	begin
	mov	w0, w12
	mov	x1, #0
	mov	x2, #0
	mov	x3, #0
	nop
	\insn
	end
	.endm

	.text
	.global measure_hvc
measure_hvc:
	call	hvc #0

	.global measure_smc
measure_smc:
	call	smc #0

	.global measure_read
measure_read:
	begin
	ldr	w1, [x0]
	dsb	sy
	end

	.global measure_write
measure_write:
	begin
	str	w1, [x0]
	dsb	sy
	end

	.global measure_sgi_send
measure_sgi_send:
	isb
	mrs	x9, pmccntr_el0
	.global bench_cross_begin
bench_cross_begin:
	isb
	.global bench_cross_send
bench_cross_send:
	msr	icc_sgi1r_el1, x0
	dsb	sy
	isb
	mrs	x10, pmccntr_el0
	.global bench_cross_end
bench_cross_end:
	sub	x0, x10, x9
	ret

	.global measure_clocks
measure_clocks:
1:	subs	x1, x1, #1
	nop
	b.pl	1b
	mrs	x1, cntvct_el0
	mrs	x2, pmccntr_el0
	stp	x1, x2, [x0]
	ret

/*
 * A function that waits for an interrupt calls this with its return address in
 * x11. The interrupt's vector continues at landed, which returns to x11.
 */
	.macro	await
	mov	x11, x30
	adrp	x12, landing
	add	x12, x12, :lo12:landing
	msr	vbar_el1, x12
	isb
	.endm

	.macro	await_timer
	mov	x15, #0
	await
	msr	cntv_cval_el0, x0
	mov	x12, #1
	msr	cntv_ctl_el0, x12
	isb
	.endm

	.global measure_timer_busy
measure_timer_busy:
	await_timer
	msr	daifclr, #2
1:	b	1b

	.global measure_timer_wfi
measure_timer_wfi:
	await_timer
	msr	daifclr, #2
1:	wfi
	b	1b

	.global measure_timer_hvc
measure_timer_hvc:
	mov	w13, w1
	mov	x14, x2
	await_timer
	msr	daifclr, #2
1:	subs	x14, x14, #1
	b.pl	1b
2:	mov	w0, w13
	hvc	#0
	b	2b

	.global measure_sgi_self
measure_sgi_self:
	mov	x15, x0
	await
	msr	daifclr, #2
	mrs	x9, pmccntr_el0
	isb
	msr	icc_sgi1r_el1, x15
1:	b	1b

landed:
	mrs	x12, icc_iar1_el1
	msr	cntv_ctl_el0, xzr
	isb
	msr	icc_eoir1_el1, x12
	isb
	adrp	x12, vectors
	add	x12, x12, :lo12:vectors
	msr	vbar_el1, x12
	isb
	msr	daifclr, #4
	mov	x0, x10
	cmp	x15, #0		/* measure_sgi_self: the difference */
	sub	x10, x10, x9
	csel	x0, x10, x0, ne
	ret	x11

	.global measure_target
measure_target:
	adrp	x12, target
	add	x12, x12, :lo12:target
	msr	vbar_el1, x12
	isb
1:	msr	daifclr, #2
	.global bench_cross_spin
bench_cross_spin:
	ldr	x12, [x0, #16]
	cbnz	x12, bench_cross_spin_end
	wfi
	b	bench_cross_spin
	.global bench_cross_spin_end
bench_cross_spin_end:
	msr	daifset, #2
	ret
target_landed:
	mrs	x12, icc_iar1_el1
	msr	icc_eoir1_el1, x12
	isb
	str	x10, [x0]
	ldr	x12, [x0, #8]
	add	x12, x12, #1
	dmb	ish
	str	x12, [x0, #8]
	b	1b

/* Two vector tables; all vectors except IRQ branch to the library's. */
	.macro	table name, landing, label
	.balign	0x800
\name:
	.irp	n, 0, 1, 2, 3, 4
	.balign	0x80
	b	vectors + \n * 0x80
	.endr
	.balign	0x80
	.global	\label
\label:
	mrs	x10, pmccntr_el0
	b	\landing
	.irp	n, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
	.balign	0x80
	b	vectors + \n * 0x80
	.endr
	.endm

	table	landing, landed, bench_vector
	table	target, target_landed, bench_cross_vector
