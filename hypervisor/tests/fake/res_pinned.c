// SPDX-License-Identifier: GPL-2.0
/* CPUs and a page that hardware tables of root need: they cannot be given to a cell. */
#include <hyp/memory.h>
#include <hyp/resource.h>
#include "model.h"

static bool pinned_validate(struct cell *cell, struct bh_refusal *r)
{
	uint64_t cpus = cell->only_checked ? 0 : cell->config->cpus & fake.stays_in_root;
	struct claim claim;
	unsigned i;

	if (cell->id == BH_ROOT_CELL)
		return true;
	for_each_cpu (i, cpus)
		return refuse(r, BH_E_LPI, BH_F_CPUS, i, i);
	for_each_claim (i, &claim, cell->config)
		if (fake.pinned && claim.type == BH_REGION_RAM &&
		    ranges_overlap(claim.phys, claim.size, fake.pinned, PAGE_SIZE))
			return refuse(r, BH_E_LPI, claim.field, claim.index, fake.pinned);
	return true;
}

RESOURCE_CLASS(RANK_IRQ, pinned_class, .validate = pinned_validate);
