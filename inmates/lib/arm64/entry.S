/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Entry. The boot CPU starts at the first byte of the program at EL1 with MMU
 * and caches off and interrupts masked. PSCI CPU_ON starts other CPUs in the
 * same state, with the address of their struct percpu in x0.
 */
#include "percpu.h"

	.section .head, "ax"
	.global _start
_start:
	/* Save the initial state, for tests. ELR_EL1 is overwritten here. */
	msr	elr_el1, x0
	adrp	x0, boot_state
	add	x0, x0, :lo12:boot_state
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
	mrs	x1, elr_el1
	str	x1, [x0, #BOOT_REGS]
	mrs	x1, sctlr_el1
	mrs	x2, cpacr_el1
	stp	x1, x2, [x0, #BOOT_SCTLR]
	mrs	x1, vbar_el1
	mrs	x2, tpidr_el1
	stp	x1, x2, [x0, #BOOT_VBAR]
	mrs	x1, daif
	mrs	x2, spsel
	stp	x1, x2, [x0, #BOOT_DAIF]
	mrs	x1, currentel
	str	x1, [x0, #BOOT_EL]

	adrp	x1, __bss_start
	add	x1, x1, :lo12:__bss_start
	adrp	x2, __bss_end
	add	x2, x2, :lo12:__bss_end
1:	cmp	x1, x2
	b.hs	2f
	stp	xzr, xzr, [x1], #16
	b	1b
2:
	adrp	x0, percpu
	add	x0, x0, :lo12:percpu
	adrp	x1, stacks + STACK_BYTES
	add	x1, x1, :lo12:(stacks + STACK_BYTES)
	str	x1, [x0, #PERCPU_STACK]
	bl	set_up_cpu
	b	boot_cpu_start

	.global secondary_entry
secondary_entry:
	ldr	x1, [x0, #PERCPU_SCTLR]
	cbz	x1, 1f		/* the starting CPU has its MMU off */
	ldr	x2, [x0, #PERCPU_TTBR0]
	ldr	x3, [x0, #PERCPU_TCR]
	ldr	x4, [x0, #PERCPU_MAIR]
	bl	mmu_on
1:	bl	set_up_cpu
	b	secondary_cpu_start

/* x0: struct percpu. Sets stack, vectors, FP, SErrors; preserves x0. */
set_up_cpu:
	msr	tpidr_el1, x0
	ldr	x1, [x0, #PERCPU_STACK]
	mov	sp, x1
	adrp	x1, vectors
	add	x1, x1, :lo12:vectors
	msr	vbar_el1, x1
	mov	x1, #3 << 20	/* CPACR_EL1.FPEN: no trap */
	msr	cpacr_el1, x1
	isb
	msr	daifclr, #4
	ret

/*
 * x1: SCTLR_EL1, x2: TTBR0_EL1, x3: TCR_EL1, x4: MAIR_EL1. The map is the
 * identity, so execution continues. Preserves all registers.
 */
	.global mmu_on
mmu_on:
	msr	ttbr0_el1, x2
	msr	tcr_el1, x3
	msr	mair_el1, x4
	tlbi	vmalle1
	ic	iallu
	dsb	nsh
	isb
	msr	sctlr_el1, x1
	isb
	ret
