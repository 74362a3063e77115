// SPDX-License-Identifier: GPL-2.0
/* EL2's own page tables: the image, page pool, stacks, devices. */
#include <arch/boot.h>
#include <arch/formats.h>
#include <arch/layout.h>
#include <arch/mmu.h>
#include <arch/sysreg.h>
#include <bulkhead/image.h>
#include <hyp/arch.h>
#include <hyp/pool.h>

#define TABLE_ENTRIES 512u
#define BLOCK_SIZE BIT(21)
#define DEVICES_MAX 4u /* distributor, redistributors, ITS, UART */

typedef uint64_t table_t[TABLE_ENTRIES] __attribute__((aligned(4096)));

/* EL2's page tables. mmu_build() fills them with the MMU off. */
table_t el2_root;
static struct {
	table_t identity_l1, identity_l2, hyp_l1, hyp_l2, hyp_l3, private_l3;
} tables;
static struct device {
	paddr_t phys;
	uint64_t size; /* 0: none */
} devices[DEVICES_MAX];
uint32_t mmu_built; /* set by entry.S */
uint64_t hyp_phys_offset;

static const struct page_table el2_table = {
	.format = &el2_format,
	.root = el2_root,
	.root_level = 3,
	.max_leaf_level = 1,
	.root_pages = 1,
	.live = true,
};

static unsigned index_of(uint64_t va, unsigned level)
{
	return va >> (PAGE_SHIFT + 9 * level) & (TABLE_ENTRIES - 1);
}

static void set_table(uint64_t *table, uint64_t va, unsigned level, const uint64_t *next)
{
	table[index_of(va, level)] = (uint64_t)(uintptr_t)next | PTE_TABLE | PTE_VALID;
}

/* W^X: text is read-only executable, rodata read-only, the rest writable and not executable. */
static uint64_t page_rights(uint64_t offset)
{
	if (offset < (uint64_t)(text_end - image_start))
		return S1_READ_ONLY;
	if (offset < (uint64_t)(rodata_end - image_start))
		return S1_READ_ONLY | PTE_XN;
	return PTE_XN;
}

/* Invalidate cache lines that were fetched before the uncached stores to this memory. */
static void forget_cached(const void *start, const void *end)
{
	for (uintptr_t p = (uintptr_t)start; p < (uintptr_t)end; p += 16)
		asm volatile("dc civac, %0" : : "r"(p) : "memory");
	dsb(sy);
}

/*
 * Runs with the MMU off, at physical addresses: addressing is PC-relative and
 * all memory is Device. phys: the hypervisor's region. The CPUs' stacks follow
 * the image's memory and are mapped at PRIVATE_VA only.
 */
void mmu_build(paddr_t phys)
{
	const struct bh_system_part *system = (const void *)config_pages;
	uint64_t stacks = phys + (uint64_t)(mem_end - image_start);
	uint64_t offset;

	set_table(el2_root, HYP_VA, 3, tables.hyp_l1);
	set_table(el2_root, phys, 3, tables.identity_l1);
	set_table(tables.identity_l1, phys, 2, tables.identity_l2);
	set_table(tables.identity_l2, phys, 1, tables.hyp_l3);
	set_table(tables.hyp_l1, HYP_VA, 2, tables.hyp_l2);
	set_table(tables.hyp_l2, HYP_VA, 1, tables.hyp_l3);
	set_table(tables.hyp_l2, PRIVATE_VA, 1, tables.private_l3);
	for (offset = 0; offset < BLOCK_SIZE; offset += PAGE_SIZE)
		tables.hyp_l3[offset / PAGE_SIZE] =
			(phys + offset) | S1_LEAF | PTE_TABLE | page_rights(offset);
	for (; offset < system->hyp_size && offset < HYP_REGION_MAX; offset += BLOCK_SIZE)
		tables.hyp_l2[offset / BLOCK_SIZE] = (phys + offset) | S1_LEAF | PTE_XN;
	for (unsigned i = 0; i < system->n_cpus; i++) {
		unsigned page = index_of(PRIVATE_VA + i * STACK_STRIDE, 0) + 1;

		tables.private_l3[page] = (stacks + i * PAGE_SIZE) | S1_LEAF | PTE_TABLE | PTE_XN;
		tables.hyp_l3[(stacks + i * PAGE_SIZE - phys) / PAGE_SIZE] = 0;
	}
	hyp_phys_offset = HYP_VA - phys;
	forget_cached(el2_root, el2_root + TABLE_ENTRIES);
	forget_cached(&tables, &tables + 1);
	forget_cached(&hyp_phys_offset, &hyp_phys_offset + 1);
}

/* A device is mapped in the window at the low bits of its physical address. False: the place is
 * taken by a device that differs in the high bits, or there are DEVICES_MAX devices already. */
static bool find_place(paddr_t phys, uint64_t size)
{
	for (unsigned i = 0; i < DEVICES_MAX; i++) {
		struct device *d = &devices[i];

		if (!d->size) {
			*d = (struct device){ phys, size };
			return true;
		}
		if (phys / DEVICE_WINDOW != d->phys / DEVICE_WINDOW &&
		    ranges_overlap(phys % DEVICE_WINDOW, size, d->phys % DEVICE_WINDOW, d->size))
			return false;
	}
	return false;
}

void *mmu_map_device(paddr_t phys, uint64_t size)
{
	struct page_table el2 = el2_table;
	struct page_reserve reserve = { 0 };
	uint64_t va = DEVICE_VA + phys % DEVICE_WINDOW;
	unsigned attrs = PT_READ | PT_WRITE | PT_DEVICE;

	if (phys & PAGE_MASK || phys >= arch_phys_limit() || size > DEVICE_WINDOW ||
	    phys % DEVICE_WINDOW + size > DEVICE_WINDOW)
		return NULL;
	size = ALIGN_UP(size, PAGE_SIZE);
	if (!find_place(phys, size) ||
	    !reserve_grow(&reserve, pt_pages_to_map(&el2, va, phys, size, attrs)))
		return NULL;
	pt_map(&el2, &reserve, va, phys, size, attrs);
	isb(); /* the new entries are visible before their first use (D8.13.1) */
	return (void *)(uintptr_t)va;
}

const struct page_table *mmu_table(void)
{
	return &el2_table;
}

uint64_t *mmu_private_entry(uint64_t va)
{
	return &tables.private_l3[index_of(va, 0)];
}
