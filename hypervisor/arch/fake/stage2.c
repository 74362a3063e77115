// SPDX-License-Identifier: GPL-2.0
/* Second-stage format of the fake architecture, and the roots of cells. */
#include <hyp/paging.h>
#include "model.h"

#define VALID BIT(0)
#define TABLE BIT(1)
#define ATTRS_SHIFT 2
#define ADDRESS 0x0000fffffffff000ull
#define LEVEL_SHIFT 56 /* leaves say of which level they are, tables have level 0 here */

#define ROOT_PAGES 2u

static uint64_t leaf(paddr_t pa, unsigned attrs, unsigned level)
{
	if (pa & ((PAGE_SIZE << (9 * level)) - 1) || pa & ~ADDRESS || attrs & ~PT_ATTRS)
		fake_fail("leaf of level %u at %#lx with attributes %#x", level, pa, attrs);
	return pa | VALID | (uint64_t)attrs << ATTRS_SHIFT | (uint64_t)(level + 1) << LEVEL_SHIFT;
}

static uint64_t table(paddr_t pa)
{
	return pa | VALID | TABLE;
}

static bool valid(uint64_t entry)
{
	return entry & VALID;
}

static bool is_table(uint64_t entry, unsigned level)
{
	if (!(entry & TABLE) && entry >> LEVEL_SHIFT != level + 1)
		fake_fail("entry %#lx is no leaf of level %u", entry, level);
	return entry & TABLE;
}

static unsigned attrs(uint64_t entry, unsigned level)
{
	(void)level;
	return entry >> ATTRS_SHIFT & PT_ATTRS;
}

const struct pt_format fake_format = {
	.address_mask = ADDRESS,
	.max_leaf_level = 2,
	.leaf = leaf,
	.table = table,
	.valid = valid,
	.is_table = is_table,
	.attrs = attrs,
};

uint64_t arch_guest_limit(void)
{
	return ROOT_PAGES * (PAGE_SIZE << 27);
}

uint64_t arch_phys_limit(void)
{
	return BIT(40);
}

bool arch_cell_init(struct cell *cell, struct bh_refusal *r)
{
	uint64_t *root;

	if (fake.no_ids)
		return refuse(r, BH_E_NO_SLOT, BH_F_CELL_ID, 0, cell->id);
	root = pool_alloc(ROOT_PAGES);
	if (!root)
		return refuse(r, BH_E_NO_MEMORY, BH_F_POOL, 0, ROOT_PAGES);
	cell->s2 = (struct page_table){
		.format = &fake_format,
		.root = root,
		.root_level = 2,
		.root_pages = ROOT_PAGES,
		.context = cell,
	};
	cell->arch.cut_off = false;
	fake_watch(&cell->s2);
	return true;
}

void arch_cell_exit(struct cell *cell)
{
	if (fake_pt_pages(&cell->s2) != ROOT_PAGES)
		fake_fail("cell %u: tables are left", cell->id);
	fake_unwatch(&cell->s2);
	pool_free(cell->s2.root, ROOT_PAGES);
}

static void set_connected(struct cell *cell, bool connected)
{
	for (unsigned i = 0; i < 512 * ROOT_PAGES; i++) {
		uint64_t *entry = &cell->s2.root[i];

		if (*entry)
			arch_pt_write(entry, connected ? *entry | VALID : *entry & ~VALID);
	}
	cell->arch.cut_off = !connected;
	arch_pt_flush(&cell->s2, 0, arch_guest_limit());
}

void arch_cell_cut_off(struct cell *cell)
{
	set_connected(cell, false);
}

void arch_cell_reconnect(struct cell *cell)
{
	set_connected(cell, true);
}
