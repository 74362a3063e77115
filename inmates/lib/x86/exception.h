/* SPDX-License-Identifier: GPL-2.0 */
/* Exceptions and interrupts of the calling CPU. */
#ifndef INMATE_EXCEPTION_H
#define INMATE_EXCEPTION_H

#include <stdint.h>

/* Stack frame that vectors.S pushes. */
struct frame {
	uint64_t ax, cx, dx, bx, bp, si, di, r[8];
	uint64_t vector, error;
	uint64_t pc, cs, flags, sp, ss;
};

#define VECTOR_IRQ 32u /* lower vectors are exceptions */

void exception_init(void);
void irq_take(unsigned int vector);

#endif
