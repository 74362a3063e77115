// SPDX-License-Identifier: GPL-2.0
/* EL2's own translation: the image, the page pool, stacks, devices, windows onto guests' memory. */
#include <arch/boot.h>
#include <arch/layout.h>
#include <arch/mmu.h>
#include <arch/sysreg.h>
#include <bulkhead/image.h>
#include <hyp/arch.h>
#include <hyp/pool.h>

/* Stage 1 descriptors of EL2 (DDI 0487 D8.3). */
#define S1_VALID BIT(0)
#define S1_TABLE BIT(1)	      /* table, or page at the last level */
#define S1_DEVICE (1ull << 2) /* AttrIndx 1 */
#define S1_AP_RES1 BIT(6)
#define S1_RO BIT(7)
#define S1_SH_INNER (3ull << 8)
#define S1_AF BIT(10)
#define S1_XN BIT(54)
#define S1_NORMAL (S1_VALID | S1_AF | S1_SH_INNER | S1_AP_RES1)
#define S1_ADDRESS 0x0000fffffffff000ull

#define TABLE_ENTRIES 512u
#define BLOCK_SIZE BIT(21)

typedef uint64_t table_t[TABLE_ENTRIES] __attribute__((aligned(4096)));

/* Built with the MMU off, by one CPU. */
table_t el2_root;
static struct {
	table_t identity_l1, identity_l2, hyp_l1, hyp_l2, hyp_l3, private_l3;
} tables;
uint32_t mmu_built; /* set by entry.S */
uint64_t hyp_phys_offset;

static unsigned index_of(uint64_t va, unsigned level)
{
	return va >> (PAGE_SHIFT + 9 * level) & (TABLE_ENTRIES - 1);
}

static void set_table(uint64_t *table, uint64_t va, unsigned level, const uint64_t *next)
{
	table[index_of(va, level)] = (uint64_t)(uintptr_t)next | S1_TABLE | S1_VALID;
}

/* W^X: text is read-only executable, rodata read-only, the rest writable and not executable. */
static uint64_t page_rights(uint64_t offset)
{
	if (offset < (uint64_t)(text_end - image_start))
		return S1_RO;
	if (offset < (uint64_t)(rodata_end - image_start))
		return S1_RO | S1_XN;
	return S1_XN;
}

/* Drop lines of these tables that a cache may have fetched before they were written uncached. */
static void forget_cached(const void *start, const void *end)
{
	for (uintptr_t p = (uintptr_t)start; p < (uintptr_t)end; p += 16)
		asm volatile("dc civac, %0" : : "r"(p) : "memory");
	dsb(sy);
}

/*
 * With the MMU off, at physical addresses: only PC-relative addressing works
 * and all memory is Device. phys: the region, as the driver placed it. The
 * CPUs' stacks come right after the image's memory.
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
			(phys + offset) | S1_NORMAL | S1_TABLE | page_rights(offset);
	for (; offset < system->hyp_size && offset < HYP_REGION_MAX; offset += BLOCK_SIZE)
		tables.hyp_l2[offset / BLOCK_SIZE] = (phys + offset) | S1_NORMAL | S1_XN;
	for (unsigned i = 0; i < system->n_cpus; i++) {
		unsigned page = index_of(PRIVATE_VA + i * STACK_STRIDE, 0) + 1;

		tables.private_l3[page] = (stacks + i * PAGE_SIZE) | S1_NORMAL | S1_TABLE | S1_XN;
		tables.hyp_l3[(stacks + i * PAGE_SIZE - phys) / PAGE_SIZE] =
			0; /* the guarded one only */
	}
	hyp_phys_offset = HYP_VA - phys;
	forget_cached(el2_root, el2_root + TABLE_ENTRIES);
	forget_cached(&tables, &tables + 1);
	forget_cached(&hyp_phys_offset, &hyp_phys_offset + 1);
}

/* A live EL2 entry for a page went away or changes: this CPU alone uses it (window) or none yet. */
static void flush_local(uint64_t va)
{
	dsb(nshst); /* the write before the invalidation (D8.13.5) */
	asm volatile("tlbi vae2, %0" : : "r"(va >> PAGE_SHIFT) : "memory");
	dsb(nsh);
	isb();
}

/* Map one page at va; false if that is impossible. */
static bool map_device_page(uint64_t va, paddr_t phys)
{
	uint64_t *l2 = &tables.hyp_l2[index_of(va, 1)];
	uint64_t *entry;

	if (!*l2) {
		void *table = pool_alloc(1);

		if (!table)
			return false;
		*l2 = ptr_to_phys(table) | S1_TABLE | S1_VALID;
	}
	if (!(*l2 & S1_TABLE))
		return (*l2 & S1_ADDRESS) == ALIGN_DOWN(phys, BLOCK_SIZE);
	entry = (uint64_t *)phys_to_ptr(*l2 & S1_ADDRESS) + index_of(va, 0);
	if (*entry && (*entry & S1_ADDRESS) != phys)
		return false; /* two devices with the same low address bits */
	*entry = phys | S1_NORMAL | S1_TABLE | S1_DEVICE | S1_XN;
	return true;
}

void *mmu_map_device(paddr_t phys, uint64_t size)
{
	uint64_t start = DEVICE_VA + (phys & (DEVICE_WINDOW - 1));
	uint64_t va = start, end = start + size;

	if (phys & (PAGE_SIZE - 1) || phys >= arch_phys_limit() || size > DEVICE_WINDOW ||
	    end > DEVICE_VA + DEVICE_WINDOW)
		return NULL;
	while (va < end) {
		uint64_t *l2 = &tables.hyp_l2[index_of(va, 1)];
		uint64_t step = PAGE_SIZE;

		if (!(va & (BLOCK_SIZE - 1)) && end - va >= BLOCK_SIZE && !*l2) {
			*l2 = phys | S1_NORMAL | S1_DEVICE | S1_XN;
			step = BLOCK_SIZE;
		} else if (!map_device_page(va, phys)) {
			return NULL;
		}
		va += step;
		phys += step;
	}
	dsb(ishst); /* the entries before their first use (D8.13.1) */
	isb();
	return (void *)(uintptr_t)start;
}

/*
 * This CPU's window slot (0 or 1) shows the page at phys until the next call;
 * phys 0 closes it. Guests' memory is mapped at EL2 at no other time.
 */
void *mmu_window(unsigned slot, paddr_t phys)
{
	uint64_t va = WINDOW_VA + (this_cpu()->public.index * 2 + slot) * PAGE_SIZE;

	tables.private_l3[index_of(va, 0)] = phys ? phys | S1_NORMAL | S1_TABLE | S1_XN : 0;
	flush_local(va);
	return (void *)(uintptr_t)va;
}
