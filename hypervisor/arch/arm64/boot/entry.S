/* SPDX-License-Identifier: GPL-2.0 */
/* Entry to EL2 and return from it. With the MMU off the code runs at physical addresses. */
#include <arch/asm.h>
#include <arch/layout.h>
#include <arch/sysregs.h>
#include <bulkhead/limits.h>

	.section .header, "ax"
	.quad	0x44414548444c4b42	/* BH_IMAGE_MAGIC; struct bh_image_header */
	.word	BH_ABI_VERSION
	.word	1			/* BH_ARCH_ARM64 */
	.quad	image_file_size
	.quad	image_mem_size
	.quad	image_entry_offset
	.quad	image_boot_offset
	.quad	image_config_offset
	.quad	0

	.text

/* \reg = physical address of symbol */
.macro phys reg, symbol
	adrp	\reg, \symbol
	add	\reg, \reg, :lo12:\symbol
.endm

/*
 * Enable: each CPU comes here from Linux's hyp stub. x0 = physical address of
 * the hypervisor's region; x19 to x29, ELR_EL2 and SPSR_EL2 are Linux's. The
 * lowest CPU of boot_params.cpus builds the page tables, the others wait.
 */
	.globl	boot_entry
boot_entry:
	mrs	x6, sctlr_el2
	mrs	x7, vbar_el2
	mrs	x1, mpidr_el1
	ldr	x2, =0xff00ffffff	/* Aff3..Aff0 */
	and	x1, x1, x2
	phys	x2, config_pages
	ldr	w3, [x2, #SYSTEM_N_CPUS]
	cmp	w3, #64
	b.hi	boot_fail
	add	x2, x2, #SYSTEM_CPUS
	mov	x5, #0
1:	cmp	x5, x3			/* x5 = this CPU's index: the entry with its MPIDR */
	b.hs	boot_fail
	ldr	x4, [x2, x5, lsl #3]
	cmp	x4, x1
	b.eq	2f
	add	x5, x5, #1
	b	1b
2:	phys	x2, boot_params
	ldr	x3, [x2, #BOOT_CPUS]
	rbit	x3, x3
	clz	x3, x3
	cmp	x3, x5
	b.ne	boot_wait

	phys	x1, boot_stack_top	/* the first CPU's stack while its MMU is off */
	mov	sp, x1
	stp	x5, x6, [sp, #-32]!
	stp	x7, x30, [sp, #16]
	bl	mmu_build
	ldp	x7, x30, [sp, #16]
	ldp	x5, x6, [sp], #32
	phys	x2, mmu_built
	mov	w3, #1
	dsb	sy			/* tables before the flag (B2.3.11); both are uncached */
	str	w3, [x2]
	dsb	sy
	dc	civac, x2		/* an old cache line must not overwrite the flag */
	dsb	sy
	b	boot_mmu_on

boot_wait:
	ldr	x3, [x2, #BOOT_TIMEOUT]
	mrs	x4, cntpct_el0
	add	x3, x3, x4
	phys	x2, mmu_built
1:	ldr	w4, [x2]
	cbnz	w4, boot_mmu_on
	yield
	mrs	x4, cntpct_el0
	cmp	x4, x3
	b.lo	1b
boot_fail:
	mov	x0, #-20		/* -BH_E_CPU_LOST: nothing was changed */
	eret

boot_mmu_on:
	mov	x4, #0			/* x4 = HCRX_EL2, or 0 without FEAT_HCX */
	mrs	x1, id_aa64mmfr1_el1
	ubfx	x1, x1, #40, #4
	cbz	x1, 1f
	mrs	x4, HCRX_EL2
1:	adr	x9, 1f
	b	mmu_on
1:	bl	cpu_stack
	sub	sp, sp, #112
	register_pairs stp, 19, 30, sp, 0
	stp	x6, x7, [sp, #96]
	mov	x0, x5
	mov	x1, x6
	mov	x2, x7
	bl	boot_cpu		/* (index, SCTLR_EL2, VBAR_EL2) */
	ldp	x1, x2, [sp, #96]
	register_pairs ldp, 19, 30, sp, 0
	add	sp, sp, #112
	cbnz	x0, mmu_off		/* refused: restore what was found */
	eret

/*
 * PSCI CPU_ON by the hypervisor: the CPU comes here from the firmware, x0 = its index. What the
 * registers of EL2 hold is UNKNOWN (DDI 0487 D1.10). HCR_EL2 comes first: with E2H and TGE set,
 * others have another meaning.
 */
	.globl	secondary_entry
secondary_entry:
	mov	x1, #1 << 31		/* RW */
	msr	hcr_el2, x1
	isb
	msr	spsel, #1
	msr	daifset, #0xf
	mov	x5, x0
	phys	x4, linux_hcrx
	ldr	x4, [x4]
	adr	x9, 1f
	b	mmu_on
1:	bl	cpu_stack
	mov	x0, x5
	b	cpu_booted

/* SP = this CPU's stack, below its saved registers; x5 = index. Clobbers x1, x2. */
cpu_stack:
	ldr	x1, =PRIVATE_VA + STACK_STRIDE - GUEST_REGS_SIZE
	mov	x2, #STACK_STRIDE
	madd	x1, x5, x2, x1
	mov	sp, x1
	ret

/* Write 0 to a register of EL2, if its ID field announces it and bit \open of x4 is set. */
.macro clear_own reg, id, bit, open
	mrs	x1, \id
	ubfx	x1, x1, #\bit, #4
	cbz	x1, 1f
	tbz	x4, #\open, 1f
	msr	\reg, xzr
1:
.endm
#define OWN(reg, id, bit, open) clear_own reg, id, bit, open;

/* Switch the MMU on and jump to x9, a physical address, in HYP_VA. x4 = HCRX_EL2 of Linux. Preserves
 * x5 to x7. */
mmu_on:
	EL2_OWN(OWN)
	ldr	x1, =MAIR_EL2_VALUE
	msr	mair_el2, x1
	ldr	x1, =TCR_EL2_VALUE
	mrs	x2, id_aa64mmfr0_el1	/* PS = PARange, at most 48 bits */
	and	x2, x2, #0xf
	mov	x3, #5
	cmp	x2, x3
	csel	x2, x2, x3, lo
	orr	x1, x1, x2, lsl #16
	msr	tcr_el2, x1
	phys	x1, el2_root
	msr	ttbr0_el2, x1
	tlbi	alle2			/* stale entries of an earlier use of EL2 (D8.13) */
	ic	iallu
	dsb	nsh
	isb
	phys	x3, image_start
	sub	x9, x9, x3
	ldr	x3, =image_start
	add	x9, x9, x3
	ldr	x1, =SCTLR_EL2_VALUE
	msr	sctlr_el2, x1
	isb
	br	x9

/*
 * Switch the MMU off and return to the guest: x0 = the guest's x0, x1 =
 * SCTLR_EL2, x2 = VBAR_EL2. Clobbers x1..x3, x9.
 */
	.globl	mmu_off
mmu_off:
	adr	x9, 1f
	ldr	x3, =hyp_phys_offset
	ldr	x3, [x3]
	sub	x9, x9, x3
	br	x9
1:	msr	sctlr_el2, x1
	isb
	msr	vbar_el2, x2
	tlbi	alle2			/* drop the hypervisor's own entries from the TLB */
	dsb	nsh
	isb
	eret

/* leave_to_linux(regs, sctlr, vbar): the end of disable on this CPU. Returns 0 to Linux; an HVC
 * preserves x18 to x30 only (DEN0028 2.6). */
	.globl	leave_to_linux
leave_to_linux:
	register_pairs ldp, 18, 29, x0, 144
	ldr	x30, [x0, #240]
	mov	x0, #0
	b	mmu_off

	.bss
	.balign	16
	.space	1024
boot_stack_top:
