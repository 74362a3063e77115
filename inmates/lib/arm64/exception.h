/* SPDX-License-Identifier: GPL-2.0 */
#ifndef INMATE_EXCEPTION_H
#define INMATE_EXCEPTION_H

#define FRAME_BYTES 288

#ifndef __ASSEMBLER__

#include <stdbool.h>
#include <stdint.h>

/* The interrupted context; changes of x, pc and pstate take effect on return. */
struct frame {
	uint64_t x[31];
	uint64_t pc, pstate;
	uint64_t esr, far;
	uint64_t vector; /* index in the vector table: 0..15 */
};
_Static_assert(sizeof(struct frame) == FRAME_BYTES, "vectors.S saves this");

/* Exception classes, ESR_EL1.EC (Arm DDI 0487, D19.2.37). */
enum {
	EC_UNKNOWN = 0x00,
	EC_SVC = 0x15,
	EC_SYSREG = 0x18,
	EC_FETCH = 0x21,
	EC_DATA = 0x25,
	EC_BRK = 0x3c,
};

static inline unsigned int esr_class(uint64_t esr)
{
	return esr >> 26 & 0x3f;
}

/* A handler of exceptions. It returns false if it does not handle this one, which is then fatal. */
typedef bool (*exception_handler_t)(struct frame *frame);

/* Handles synchronous exceptions of a class, except those of a probe. */
void exception_attach(unsigned int class, exception_handler_t handler);

/* gic.c: acknowledges the pending interrupt, calls its handler and ends it. */
void irq_take(void);

/* Called by vectors.S. */
void exception(struct frame *frame);

#endif
#endif
