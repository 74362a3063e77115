// SPDX-License-Identifier: GPL-2.0
#include "reserve.h"

static uint64_t lowest_of(const struct bh_cell_part *part, uint32_t types, uint64_t lowest)
{
	uint32_t i;

	for (i = 0; i < part->n_regions; i++) {
		const struct bh_region *region = &part->regions[i];

		if (region->type < 32 && types >> region->type & 1 && region->phys < lowest)
			lowest = region->phys;
	}
	return lowest;
}

bool reserve_mem_argument(const struct blob *blob, uint64_t *bytes)
{
	const uint32_t ram = 1u << BH_REGION_RAM;
	const uint32_t given = ram | 1u << BH_REGION_SHARED;
	uint64_t start, lowest;
	unsigned int i;

	if (!blob || !blob->system || !blob->root)
		return false;
	start = lowest_of(blob->root, ram, UINT64_MAX);
	lowest = blob->system->hyp_phys;
	for (i = 0; i < blob->n_cells; i++)
		lowest = lowest_of(blob->cells[i], given, lowest);
	if (start >= lowest)
		return false;
	*bytes = lowest - start;
	return true;
}
