/* SPDX-License-Identifier: GPL-2.0 */
/* The guest's registers, as vectors.S saves them. */
#ifndef ARCH_REGS_H
#define ARCH_REGS_H

#include <hyp/types.h>

/* At the top of the stack. vectors.S depends on this layout. */
struct guest_regs {
	uint64_t x[31]; /* x0..x30 */
	/* ELR_EL2 and SPSR_EL2 at entry, for a fault of EL2 itself, which overwrites them. Not
	 * restored at exit: emulation changes the system registers. */
	uint64_t pc, pstate;
	uint64_t unused; /* keeps the stack 16-byte aligned */
};

#endif
