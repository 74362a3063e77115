/* SPDX-License-Identifier: GPL-2.0 */
/* General-purpose registers of a guest while its CPU is in the hypervisor. */
#ifndef ARCH_REGS_H
#define ARCH_REGS_H

#include <hyp/types.h>

/* Register numbers as instructions encode them. */
enum {
	R_AX,
	R_CX,
	R_DX,
	R_BX,
	R_SP,
	R_BP,
	R_SI,
	R_DI,
	R_COUNT = 16
};

/* The frame at the top of each CPU's stack. r[R_SP] is unused: the control structure holds the
 * guest's stack pointer. */
struct guest_regs {
	uint64_t r[R_COUNT];
	paddr_t control;    /* address of the control structure, for assembly */
	uint64_t unused;    /* keeps frames 16-byte aligned, for calls from assembly */
	uint64_t nmi_taken; /* an NMI arrived in the hypervisor; written by its handler */
	struct percpu *cpu; /* must be last: this_cpu() */
};

/* An instruction's register operand. size: 1, 2, 4 or 8 bytes; a 4-byte write clears the upper
 * half. */
uint64_t reg_get(const struct guest_regs *regs, unsigned reg, unsigned size, bool high_byte);
void reg_set(struct guest_regs *regs, unsigned reg, unsigned size, bool high_byte, uint64_t value);

#endif
