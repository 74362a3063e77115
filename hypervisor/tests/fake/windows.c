// SPDX-License-Identifier: GPL-2.0
/* Tables of the hypervisor's own address space, in which arm64's window.c opens windows. */
#include <arch/fake.h>
#include <arch/formats.h>
#include <arch/layout.h>
#include <arch/mmu.h>
#include "model.h"

#define TABLES (FAKE_HYP + 8 * PAGE_SIZE) /* in the image, which has no other content there */
#define LEVELS 4u

static struct page_table own = {
	.format = &el2_format,
	.root_level = LEVELS - 1,
	.max_leaf_level = 1,
	.root_pages = 1,
	.live = true,
};

const struct page_table *mmu_table(void)
{
	return &own;
}

static uint64_t *table_of_level(unsigned level)
{
	return fake_ram(TABLES + (LEVELS - 1 - level) * PAGE_SIZE);
}

static uint64_t *entry_at(unsigned level, uint64_t va)
{
	return &table_of_level(level)[va >> (PAGE_SHIFT + 9 * level) & 511];
}

uint64_t *mmu_private_entry(uint64_t va)
{
	return entry_at(0, va);
}

void fake_windows_init(void)
{
	own.root = table_of_level(LEVELS - 1);
	for (unsigned level = 1; level < LEVELS; level++)
		*entry_at(level, WINDOW_VA) =
			ptr_to_phys(table_of_level(level - 1)) | PTE_TABLE | PTE_VALID;
	fake_watch(&own);
}

void *fake_window(unsigned slot, paddr_t phys)
{
	uint64_t va = (uint64_t)(uintptr_t)window_open(slot, phys);
	unsigned attrs;
	paddr_t pa;

	if (!fake_translate(&own, va, &pa, &attrs))
		fake_fail("a window onto %#lx is closed", phys);
	if (pa != phys || attrs != (PT_READ | PT_WRITE))
		fake_fail("a window onto %#lx shows %#lx, rights %#x", phys, pa, attrs);
	return fake_ram(pa);
}

void fake_window_close(unsigned slot)
{
	window_close(slot);
}

bool fake_window_is_open(unsigned slot)
{
	uint64_t va = WINDOW_VA + (this_cpu()->public.index * 2 + slot) * PAGE_SIZE;
	unsigned attrs;
	paddr_t pa;

	return fake_translate(&own, va, &pa, &attrs);
}
