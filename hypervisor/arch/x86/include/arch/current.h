/* SPDX-License-Identifier: GPL-2.0 */
/* The CPU that executes. */
#ifndef ARCH_CURRENT_H
#define ARCH_CURRENT_H

#include <hyp/types.h>

struct percpu;

/* The pointer is the last word of the page that is the CPU's stack: segment bases are the
 * guest's. */
static inline struct percpu *this_cpu(void)
{
	uint64_t sp;

	asm("mov %%rsp, %0" : "=r"(sp));
	return *(struct percpu **)((sp | PAGE_MASK) - 7);
}

#endif
