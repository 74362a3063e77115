/* SPDX-License-Identifier: GPL-2.0 */
/* The registers of the lower exception level, at the top of each CPU's stack. */
#ifndef FIRMWARE_CONTEXT_H
#define FIRMWARE_CONTEXT_H

#define MAX_CPUS 32
#define STACK_SIZE 8192
#define CONTEXT_SIZE 272
#define CONTEXT_ELR 248
#define CONTEXT_SPSR 256

#ifndef __ASSEMBLER__
#include <stdint.h>

struct context {
	uint64_t x[31];
	uint64_t elr;
	uint64_t spsr;
	uint64_t reserved; /* the stack pointer stays a multiple of 16 */
};

_Static_assert(sizeof(struct context) == CONTEXT_SIZE, "entry.S uses the size");
_Static_assert(__builtin_offsetof(struct context, elr) == CONTEXT_ELR, "entry.S");
_Static_assert(__builtin_offsetof(struct context, spsr) == CONTEXT_SPSR, "entry.S");

/** Returns the context of a CPU. */
struct context *context_of(unsigned int cpu);

/**
 * Discards this CPU's C stack and returns to the lower exception level with its context.
 * @cpu: number of the executing CPU
 */
_Noreturn void leave(unsigned int cpu);

/**
 * Discards this CPU's C stack and calls cpu_parked().
 * @cpu: number of the executing CPU
 */
_Noreturn void park(unsigned int cpu);
#endif

#endif
