/* SPDX-License-Identifier: GPL-2.0 */
/* The current CPU. */
#ifndef ARCH_CURRENT_H
#define ARCH_CURRENT_H

#include <hyp/types.h>

struct percpu;

static inline struct percpu *this_cpu(void)
{
	struct percpu *cpu;

	asm("mrs %0, tpidr_el2" : "=r"(cpu)); /* constant while the CPU is in the hypervisor */
	return cpu;
}

#endif
