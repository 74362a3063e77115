// SPDX-License-Identifier: GPL-2.0
/*
 * Windows of EL2 onto guests' memory. Only one CPU uses a window, but all CPUs share EL2's tables:
 * each may walk them speculatively and keep what it finds. So a window is closed before it shows
 * another page, and closing invalidates it on all CPUs (break before make, DDI 0487 D8.13.1).
 */
#include <arch/formats.h>
#include <arch/layout.h>
#include <arch/mmu.h>
#include <hyp/arch.h>

static uint64_t address_of(unsigned slot)
{
	return WINDOW_VA + (this_cpu()->public.index * 2 + slot) * PAGE_SIZE;
}

void *window_open(unsigned slot, paddr_t phys)
{
	uint64_t va = address_of(slot);

	arch_pt_write(mmu_private_entry(va), pt_leaf(&el2_format, phys, PT_READ | PT_WRITE, 0));
	arch_pt_flush(mmu_table(), va, 0);
	return (void *)(uintptr_t)va;
}

void window_close(unsigned slot)
{
	uint64_t va = address_of(slot);

	arch_pt_write(mmu_private_entry(va), 0);
	arch_pt_flush(mmu_table(), va, PAGE_SIZE);
}
