/* SPDX-License-Identifier: GPL-2.0 */
/* Registers of a guest while its CPU is in the hypervisor. */
#ifndef ARCH_REGS_H
#define ARCH_REGS_H

#include <hyp/types.h>

/* As instructions number them. */
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

/* At the top of its CPU's stack. The stack pointer is in the control structure; its place here is
 * not used. */
struct guest_regs {
	uint64_t r[R_COUNT];
	paddr_t control;    /* of the control structure, for assembly */
	uint64_t unused;    /* frames are 16-byte aligned, for calls from assembly */
	uint64_t nmi_taken; /* an NMI arrived in the hypervisor; written by its handler */
	struct percpu *cpu; /* last: this_cpu() */
};

#endif
