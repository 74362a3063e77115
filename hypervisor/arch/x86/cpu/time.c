// SPDX-License-Identifier: GPL-2.0
/* Time: the time-stamp counter. */
#include <arch/asm.h>
#include <arch/image.h>
#include <hyp/arch.h>

uint64_t arch_ticks(void)
{
	return rdtsc();
}

/* The driver stores how many ticks a second has. */
uint64_t arch_ticks_per_ms(void)
{
	return boot_params.timeout_ticks / 1000;
}

void arch_relax(void)
{
	asm volatile("pause" : : : "memory");
}
