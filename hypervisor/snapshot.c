// SPDX-License-Identifier: GPL-2.0
/* The snapshot: see snapshot.h. */
#include <hyp/arch.h>
#include <hyp/snapshot.h>
#include <hyp/memory.h>

/* The piece of the loadable regions that the snapshot holds at offset. False: there is none. */
static bool piece_at(const struct cell *cell, uint64_t offset, paddr_t *phys, uint64_t *size)
{
	for (uint32_t i = 0; i < cell->config->n_regions; i++) {
		const struct bh_region *region = &cell->config->regions[i];

		if (!(region->flags & BH_REGION_LOADABLE))
			continue;
		if (offset < region->size) {
			*phys = region->phys + offset;
			*size = MIN(MEMORY_PIECE, region->size - offset);
			return true;
		}
		offset -= region->size;
	}
	return false;
}

bool snapshot_copy_piece(struct cell *cell)
{
	paddr_t phys, kept = cell->config->image_phys + cell->progress;
	uint64_t size;

	if (!cell->config->image_size || (cell->snapshot_valid && !cell->dirty))
		return false;
	if (!piece_at(cell, cell->progress, &phys, &size)) {
		cell->progress = 0;
		cell->snapshot_valid = true;
		cell->dirty = false;
		return false;
	}
	if (cell->snapshot_valid)
		arch_copy(phys, kept, size);
	else
		arch_copy(kept, phys, size);
	cell->progress += size;
	return true;
}

void snapshot_restore(struct percpu *cpu)
{
	const struct cell *cell = cpu->public.cell;
	uint64_t offset = 0, size;
	paddr_t phys;

	for (; piece_at(cell, offset, &phys, &size); offset += size) {
		arch_copy(phys, cell->config->image_phys + offset, size);
		cpu_take_commands(cpu);
	}
}
