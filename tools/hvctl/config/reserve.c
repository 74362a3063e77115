// SPDX-License-Identifier: GPL-2.0
#include <inttypes.h>
#include <stdlib.h>

#include "config/reserve.h"

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

struct piece {
	uint64_t start, end;
};

static int by_start(const void *a, const void *b)
{
	const struct piece *first = a, *second = b;

	return (first->start > second->start) - (first->start < second->start);
}

static unsigned int pieces_of(const struct bh_cell_part *part, struct piece *pieces)
{
	unsigned int n = 0;
	uint32_t i;

	for (i = 0; i < part->n_regions; i++) {
		const struct bh_region *region = &part->regions[i];

		if (region->type == BH_REGION_RAM || region->type == BH_REGION_SHARED)
			pieces[n++] = (struct piece){ region->phys, region->phys + region->size };
	}
	if (part->image_size)
		pieces[n++] =
			(struct piece){ part->image_phys, part->image_phys + part->image_size };
	return n;
}

static void write_merged(FILE *out, const struct piece *pieces, unsigned int n)
{
	struct piece whole = pieces[0];
	const char *space = "";
	unsigned int i;

	for (i = 1; i <= n; i++) {
		if (i < n && pieces[i].start <= whole.end) {
			whole.end = pieces[i].end > whole.end ? pieces[i].end : whole.end;
			continue;
		}
		fprintf(out, "%smemmap=0x%" PRIx64 "$0x%" PRIx64, space, whole.end - whole.start,
			whole.start);
		space = " ";
		if (i < n)
			whole = pieces[i];
	}
}

bool reserve_memmap_arguments(FILE *out, const struct blob *blob)
{
	unsigned int i, n = 1, room = 1;
	struct piece *pieces;

	if (!blob || !blob->system)
		return false;
	for (i = 0; i < blob->n_cells; i++)
		room += blob->cells[i]->n_regions + 1;
	pieces = calloc(room, sizeof(*pieces));
	if (!pieces)
		return false;
	pieces[0].start = blob->system->hyp_phys;
	pieces[0].end = blob->system->hyp_phys + blob->system->hyp_size;
	for (i = 0; i < blob->n_cells; i++)
		n += pieces_of(blob->cells[i], pieces + n);
	qsort(pieces, n, sizeof(*pieces), by_start);
	write_merged(out, pieces, n);
	free(pieces);
	return true;
}
