/* SPDX-License-Identifier: GPL-2.0 */
/* The guest's registers as the trap entry saves them. */
#ifndef ARCH_REGS_H
#define ARCH_REGS_H

#include <hyp/types.h>

/* On the stack's top; vectors.S knows this layout. */
struct guest_regs {
	uint64_t x[31]; /* x0..x30 */
	/* ELR_EL2 and SPSR_EL2 as saved on entry, which a fault of EL2 itself would overwrite.
	 * Not written back: emulation changes the registers. */
	uint64_t pc, pstate;
	uint64_t unused; /* keeps the stack 16-byte aligned */
};

#endif
