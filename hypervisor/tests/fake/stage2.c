// SPDX-License-Identifier: GPL-2.0
/* The fake architecture's second-stage format, and cells' second stages. */
#include <hyp/paging.h>
#include "model.h"

#define VALID BIT(0)
#define TABLE BIT(1)
#define ADDRESS 0x0000fffffffff000ull

#define ROOT_PAGES 2u

const struct pt_format fake_format = {
	.address_mask = ADDRESS,
	.valid = VALID,
	.table = VALID | TABLE,
	.kind = TABLE,
	.leaf = { VALID | TABLE, VALID },
	.with = { BIT(2), BIT(3), BIT(4), BIT(5) },
};

bool fake_is_cut_off(const struct page_table *pt)
{
	bool found = false;

	for (size_t i = 0; i < 512 * pt->root_pages; i++) {
		if (pt->root[i] & pt->format->valid)
			return false;
		found |= pt->root[i] != 0;
	}
	return found;
}

uint64_t arch_phys_limit(void)
{
	return ROOT_PAGES * (PAGE_SIZE << 27);
}

unsigned arch_root_attrs(paddr_t phys, uint64_t *size, unsigned attrs)
{
	(void)phys, (void)size;
	return attrs;
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
		.max_leaf_level = 2,
		.root_pages = ROOT_PAGES,
		.context = cell,
	};
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
