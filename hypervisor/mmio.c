// SPDX-License-Identifier: GPL-2.0
/* The table of a cell's emulated registers. */
#include <hyp/mmio.h>

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
