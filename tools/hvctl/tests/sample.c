// SPDX-License-Identifier: GPL-2.0
#include <string.h>

#include "sample.h"
#include "test.h"

/* Appends a part, with its header. */
static void *add_part(struct sample *sample, enum bh_part_kind kind, size_t size)
{
	struct bh_part_header *header = (void *)(sample->data + sample->size);

	*header = (struct bh_part_header){
		.magic = BH_PART_MAGIC,
		.version = BH_ABI_VERSION,
		.kind = kind,
		.arch = BH_ARCH_ARM64,
		.size = size,
	};
	sample->size += size;
	return header;
}

static struct bh_cell_part *add_cell(struct sample *sample, enum bh_part_kind kind,
				     const char *name, const struct bh_region *regions,
				     uint32_t n_regions, const struct bh_range *irqs,
				     uint32_t n_irqs, const struct bh_shared *shared)
{
	size_t size = sizeof(struct bh_cell_part) + n_regions * sizeof(*regions) +
		      n_irqs * sizeof(*irqs) + (shared ? sizeof(*shared) : 0);
	struct bh_cell_part *cell = add_part(sample, kind, size);

	strcpy(cell->name, name);
	cell->n_regions = n_regions;
	cell->n_irqs = n_irqs;
	cell->irq_mode = BH_IRQ_LIST;
	memcpy(cell->regions, regions, n_regions * sizeof(*regions));
	memcpy((void *)bh_cell_irqs(cell), irqs, n_irqs * sizeof(*irqs));
	if (shared) {
		cell->n_shared = 1;
		memcpy((void *)bh_cell_shared(cell), shared, sizeof(*shared));
	}
	return cell;
}

static void add_system(struct sample *sample)
{
	struct bh_system_part *system = add_part(
		sample, BH_PART_SYSTEM, sizeof(*system) + SAMPLE_CPUS * sizeof(struct bh_cpu));
	unsigned int i;

	strcpy(system->name, "demo");
	system->hyp_phys = 0xbfc00000;
	system->hyp_size = 4 << 20;
	system->n_cpus = SAMPLE_CPUS;
	system->platform.arm64.gic_version = 3;
	system->platform.arm64.gicd_phys = 0x08000000;
	for (i = 0; i < SAMPLE_CPUS; i++)
		system->cpus[i].hw_id = i;
	sample->system = system;
}

void sample_make(struct sample *sample)
{
	const uint32_t rw = BH_REGION_READ | BH_REGION_WRITE, rwx = rw | BH_REGION_EXECUTE;
	const struct bh_region root[] = {
		{ 0x40000000, 0x40000000, 0x7fc00000, BH_REGION_RAM, rwx },
		{ 0x09000000, 0x09000000, 0x1000, BH_REGION_MMIO, rw },
		{ 0xb9100000, 0xb9100000, 0x1000, BH_REGION_SHARED, rw },
	};
	const struct bh_region rt[] = {
		{ 0xb9000000, 0x40000000, 0x100000, BH_REGION_RAM, rwx | BH_REGION_LOADABLE },
		{ 0xb9100000, 0x50000000, 0x1000, BH_REGION_SHARED, rw },
	};
	const struct bh_region other[] = {
		{ 0xba000000, 0x40000000, 0x1000000, BH_REGION_RAM, rwx | BH_REGION_LOADABLE },
	};
	const struct bh_range irqs[] = { { 27, 1 }, { 241, 1 } };
	const struct bh_shared roots = { "bell", 2, 0, BH_SHARED_RING | BH_SHARED_LISTEN };
	const struct bh_shared rts = { "bell", 1, 241, BH_SHARED_RING };

	memset(sample, 0, sizeof(*sample));
	add_system(sample);
	sample->root = add_cell(sample, BH_PART_ROOT, "root", root, 3, irqs, 1, &roots);
	sample->root->cpus = 0xf;
	sample->rt = add_cell(sample, BH_PART_CELL, "rt", rt, 2, irqs, 2, &rts);
	sample->rt->cpus = 0x8;
	sample->rt->entry = 0x40000000;
	sample->rt->console_kind = BH_CONSOLE_PL011;
	sample->other = add_cell(sample, BH_PART_CELL, "other", other, 1, irqs, 1, NULL);
	sample->other->cpus = 0x4;
	sample->other->entry = 0x40000000;
}

void sample_make_x86(struct sample *sample)
{
	sample_make(sample);
	sample->system->platform.x86 = (struct bh_x86_platform){
		.apic_phys = 0xfee00000,
		.n_io_apics = 1,
		.io_apics = { { 0xfec00000, 0, 0 } },
	};
	sample->system->cpus[2].hw_id = 6;
	sample->other->entry = 0;
	sample->other->regions[0].guest = 0;
	sample->other->regions[0].size = 26 << 20;
	sample->other->console_kind = BH_CONSOLE_16550;
	sample->other->console_guest = 0x3f8;
	sample->other->console_irq = 5;
	strcpy(sample->other->args, "console=ttyS0");
}

void sample_parse(const struct sample *sample, struct blob *blob)
{
	struct blob_error error = { "" };

	if (!blob_parse(blob, sample->data, sample->size, &error))
		test_failed(__FILE__, __LINE__, "the sample %s", error.text);
}
