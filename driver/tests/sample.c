// SPDX-License-Identifier: GPL-2.0
#include "sample.h"

#define MIB 0x100000ull

static void *add_part(struct sample *sample, u16 kind, size_t size)
{
	struct bh_part_header *part = (void *)(sample->bytes + sample->size);

	*part = (struct bh_part_header){ BH_PART_MAGIC, BH_ABI_VERSION, kind, BH_ARCH_ARM64, size };
	sample->size += size;
	return part;
}

static struct bh_cell_part *add_cell(struct sample *sample, u16 kind, const char *name,
				     u32 n_regions, u32 n_irqs)
{
	struct bh_cell_part *cell = add_part(sample, kind,
					     sizeof(*cell) + n_regions * sizeof(struct bh_region) +
						     n_irqs * sizeof(struct bh_range));
	u32 i;

	strncpy(cell->name, name, sizeof(cell->name) - 1);
	cell->n_regions = n_regions;
	cell->n_irqs = n_irqs;
	for (i = 0; i < n_regions; i++)
		cell->regions[i] = (struct bh_region){ (i + 1) * MIB, i * MIB, MIB, BH_REGION_RAM,
						       BH_REGION_READ };
	return cell;
}

/* @n_cpus are the system's; @n_regions and @n_irqs the cell's. */
void sample_init_counts(struct sample *sample, u32 n_cpus, u32 n_regions, u32 n_irqs)
{
	struct bh_system_part *system;

	memset(sample, 0, sizeof(*sample));
	system = add_part(sample, BH_PART_SYSTEM, sizeof(*system) + n_cpus * sizeof(struct bh_cpu));
	strcpy(system->name, "sample");
	system->hyp_phys = 1024 * MIB;
	system->hyp_size = 4 * MIB;
	system->n_cpus = n_cpus;
	sample->system = system;
	sample->root = add_cell(sample, BH_PART_ROOT, "root", 2, 0);
	sample->cell = add_cell(sample, BH_PART_CELL, "rt_cell-1", n_regions, n_irqs);
	sample->cell->image_phys = 256 * MIB;
	sample->cell->image_size = MIB;
}

void sample_init(struct sample *sample)
{
	sample_init_counts(sample, 4, 3, 2);
}
