// SPDX-License-Identifier: GPL-2.0
/* The memory that a config claims: see memory.h. */
#include <hyp/memory.h>

bool claim_of(const struct bh_cell_part *config, uint32_t i, struct claim *claim)
{
	if (i < config->n_regions) {
		const struct bh_region *region = &config->regions[i];

		*claim = (struct claim){ region->phys,	region->size,	  region->type,
					 region->flags, BH_F_REGION_PHYS, i };
		return true;
	}
	*claim = (struct claim){ config->image_phys, config->image_size,
				 BH_REGION_RAM,	     BH_REGION_READ | BH_REGION_WRITE,
				 BH_F_IMAGE,	     0 };
	return i == config->n_regions && config->image_size;
}
