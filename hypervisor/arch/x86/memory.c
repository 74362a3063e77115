// SPDX-License-Identifier: GPL-2.0
/* Clears and copies guests' memory through this CPU's windows. */
#include <arch/mmu.h>
#include <hyp/arch.h>
#include <hyp/string.h>

void arch_wipe(paddr_t phys, uint64_t size)
{
	for (uint64_t at = 0; at < size; at += PAGE_SIZE)
		memset(mmu_window(0, phys + at), 0, PAGE_SIZE);
	mmu_window(0, 0);
}

void arch_copy(paddr_t to, paddr_t from, uint64_t size)
{
	for (uint64_t at = 0; at < size; at += PAGE_SIZE)
		memcpy(mmu_window(0, to + at), mmu_window(1, from + at), PAGE_SIZE);
	mmu_window(0, 0);
	mmu_window(1, 0);
}
