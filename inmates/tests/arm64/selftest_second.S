/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Entry of the second CPU in selftest: x0 points to its struct second_cpu.
 * Stores the initial registers and turns the CPU off.
 */
	.text
	.global selftest_second_entry
selftest_second_entry:
	stp	x1, x2, [x0, #8]
	stp	x3, x4, [x0, #24]
	stp	x5, x6, [x0, #40]
	stp	x7, x8, [x0, #56]
	stp	x9, x10, [x0, #72]
	stp	x11, x12, [x0, #88]
	stp	x13, x14, [x0, #104]
	stp	x15, x16, [x0, #120]
	stp	x17, x18, [x0, #136]
	stp	x19, x20, [x0, #152]
	stp	x21, x22, [x0, #168]
	stp	x23, x24, [x0, #184]
	stp	x25, x26, [x0, #200]
	stp	x27, x28, [x0, #216]
	stp	x29, x30, [x0, #232]
	mrs	x1, sctlr_el1
	str	x1, [x0, #248]
	mov	x20, x0
	mov	x1, #3 << 20	/* CPACR_EL1.FPEN */
	msr	cpacr_el1, x1
	isb
	add	x0, x0, #256
	bl	selftest_fp_state
	mov	x1, #1
	dsb	sy
	str	x1, [x20]
	dsb	sy
	mov	w0, #2		/* PSCI CPU_OFF, 0x84000002 */
	movk	w0, #0x8400, lsl #16
	hvc	#0
1:	wfi
	b	1b
