// SPDX-License-Identifier: GPL-2.0
/* The table of a cell's emulated registers: see mmio.h. */
#include <hyp/mmio.h>
#include <hyp/resource.h>

bool mmio_add(struct mmio_table *table, ipaddr_t start, uint64_t size, mmio_handler handler,
	      void *context, uint32_t exit)
{
	struct mmio_range *ranges = table->ranges;
	uint32_t at = table->count;

	if (at == MMIO_RANGES || size == 0 || start + size < start)
		return false;
	for (uint32_t i = 0; i < table->count; i++)
		if (ranges_overlap(start, size, ranges[i].start, ranges[i].size))
			return false;
	for (; at && ranges[at - 1].start > start; at--)
		ranges[at] = ranges[at - 1];
	ranges[at] = (struct mmio_range){ start, size, handler, context, exit };
	table->count++;
	return true;
}

bool trap_range(struct cell *cell, paddr_t at, uint64_t size, mmio_handler handler, void *context,
		enum bh_exit exit, uint32_t field, struct bh_refusal *r)
{
	for (uint32_t i = 0; i < cell->config->n_regions; i++) {
		const struct bh_region *region = &cell->config->regions[i];

		if (ranges_overlap(at, size, region->phys, region->size))
			return refuse_owned(r, BH_E_OWNED, BH_F_REGION_PHYS, i,
					    MAX(at, region->phys), BH_OWNER_HYPERVISOR);
		if (ranges_overlap(at, size, region->guest, region->size))
			return refuse_owned(r, BH_E_OWNED, BH_F_REGION_GUEST, i,
					    MAX(at, region->guest), BH_OWNER_HYPERVISOR);
	}
	return require(mmio_add(&cell->mmio, at, size, handler, context, exit), r, BH_E_NO_SLOT,
		       BH_F_PLATFORM, field, at);
}
