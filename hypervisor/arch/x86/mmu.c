// SPDX-License-Identifier: GPL-2.0
/*
 * The hypervisor's own page tables (AMD64 APM volume 2, 5.3). They map the image, the page pool,
 * the stacks, the local APIC, the I/O APICs, and windows to guests' memory. They have as many
 * levels as Linux's, because the number of levels can't change while paging is on.
 */
#include <arch/asm.h>
#include <arch/image.h>
#include <arch/mmu.h>
#include <bulkhead/image.h>
#include <hyp/arch.h>

#define P_PRESENT BIT(0)
#define P_WRITE BIT(1)
#define P_UNCACHED \
	(BIT(3) | BIT(4)) /* PWT and PCD: PAT entry 3, uncacheable in Linux's PAT and at reset */
#define P_ACCESSED_DIRTY (BIT(5) | BIT(6))
#define P_LARGE BIT(7)
#define P_NX BIT(63)
#define P_DATA (P_PRESENT | P_WRITE | P_ACCESSED_DIRTY | P_NX)
#define P_TABLE (P_PRESENT | P_WRITE | P_ACCESSED_DIRTY)

#define ENTRIES 512u
#define LARGE_SIZE BIT(21)

typedef uint64_t table_t[ENTRIES] __attribute__((aligned(4096)));

static table_t host_l5, host_l4, host_l3, host_l2, host_l1, private_l2;
table_t mmu_private;
uint64_t hyp_phys_offset;

static unsigned index_of(uint64_t va, unsigned level)
{
	return va >> (PAGE_SHIFT + 9 * level) & (ENTRIES - 1);
}

static void set_table(uint64_t *table, uint64_t va, unsigned level, const uint64_t *next)
{
	table[index_of(va, level)] = ptr_to_phys(next) | P_TABLE;
}

/* W^X: text is read-only executable, rodata read-only, the rest writable and not executable. */
static uint64_t page_rights(uint64_t offset)
{
	if (offset < (uint64_t)(text_end - image_start))
		return P_PRESENT | P_ACCESSED_DIRTY;
	if (offset < (uint64_t)(rodata_end - image_start))
		return P_PRESENT | P_ACCESSED_DIRTY | P_NX;
	return P_DATA;
}

/* Runs on the first CPU, which still uses entry_tables; these also map the region at HYP_VA. */
void mmu_build(paddr_t phys)
{
	const struct bh_x86_platform *platform = &system_config->platform.x86;
	uint64_t offset;

	set_table(host_l5, HYP_VA, 4, host_l4);
	set_table(host_l4, HYP_VA, 3, host_l3);
	set_table(host_l3, HYP_VA, 2, host_l2);
	set_table(host_l3, PRIVATE_VA, 2, private_l2);
	set_table(host_l2, HYP_VA, 1, host_l1);
	set_table(private_l2, PRIVATE_VA, 1, mmu_private);
	for (offset = 0; offset < LARGE_SIZE; offset += PAGE_SIZE)
		host_l1[offset / PAGE_SIZE] = (phys + offset) | page_rights(offset);
	for (; offset < system_config->hyp_size; offset += LARGE_SIZE)
		host_l2[offset / LARGE_SIZE] = (phys + offset) | P_LARGE | P_DATA;
	for (unsigned i = 0; i < system_config->n_cpus; i++) /* the guard page below each stack */
		host_l1[(uint64_t)(cpu_area(i) - image_start) / PAGE_SIZE] = 0;
	mmu_private[0] = platform->apic_phys | P_UNCACHED | P_DATA;
	for (unsigned i = 0; i < platform->n_io_apics; i++)
		mmu_private[index_of(IO_APIC_VA, 0) + i] =
			platform->io_apics[i].phys | P_UNCACHED | P_DATA;
}

uint64_t mmu_root(void)
{
	return ptr_to_phys(read_cr(4) & CR4_LA57 ? host_l5 : host_l4);
}

void mmu_switch(void)
{
	write_cr(3, mmu_root());
}

void mmu_switch_back(void)
{
	write_cr(3, ptr_to_phys(entry_tables[0]));
}

/*
 * Maps the page at phys in a window of this CPU until the next call for the same slot; phys 0
 * unmaps it. The hypervisor maps guests' memory nowhere else, except in the windows of
 * insn_window.h.
 */
void *mmu_window(unsigned slot, paddr_t phys)
{
	uint64_t va = WINDOW_VA + (this_cpu()->public.index * WINDOWS + slot) * PAGE_SIZE;
	volatile uint64_t *entry = &mmu_private[index_of(va, 0)];

	*entry = phys ? phys | P_DATA : 0;
	invlpg(va);
	return (void *)va;
}
