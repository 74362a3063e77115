/* SPDX-License-Identifier: GPL-2.0 */
/* This CPU. */
#ifndef ARCH_CURRENT_H
#define ARCH_CURRENT_H

#include <hyp/types.h>

struct percpu;

/* The last word of the page that the stack is. Segment bases belong to the guest. */
static inline struct percpu *this_cpu(void)
{
	uint64_t sp;

	asm("mov %%rsp, %0" : "=r"(sp));
	return *(struct percpu **)((sp | PAGE_MASK) - 7);
}

#endif
