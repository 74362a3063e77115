/* SPDX-License-Identifier: GPL-2.0 */
/* For tests of resource classes: adding regions to configs, and expecting refused creations. */
#ifndef CLAIMS_H
#define CLAIMS_H

#include "life.h"

#pragma GCC diagnostic ignored "-Wunused-function"

#define RW (BH_REGION_READ | BH_REGION_WRITE)
#define MIB 0x100000ull

static struct bh_region *add_region(struct bh_cell_part *c, paddr_t phys, uint64_t guest,
				    uint64_t size, uint32_t type, uint32_t flags)
{
	struct bh_region *region = &c->regions[c->n_regions];

	memmove(region + 1, region, c->n_irqs * sizeof(struct bh_range));
	*region = (struct bh_region){ phys, guest, size, type, flags };
	c->n_regions++;
	c->header.size += sizeof(*region);
	return region;
}

/* Enable with root's RAM cut at these addresses; the middle piece has this type and these flags. */
static void boot_with_cut(paddr_t from, paddr_t to, uint32_t type, uint32_t flags)
{
	struct bh_cell_part *root = fake_root_part();
	uint64_t end = root->regions[0].phys + root->regions[0].size;

	root->regions[0].size = from - FAKE_RAM;
	add_region(root, from, from, to - from, type, flags);
	add_region(root, to, to, end - to, BH_REGION_RAM, RW | BH_REGION_EXECUTE);
	CHECK(fake_boot_with(fake_system_part(), root));
	take_from_root(0xe);
}

/* Expect a refusal that changed nothing. */
#define CREATE_REFUSED(part, c, f, i, v)                   \
	do {                                               \
		struct picture picture = take_picture();   \
		CHECK_REFUSED(fake_create(part), c, f, i); \
		CHECK_EQ(comm->refusal.value, v);          \
		check_same(&picture);                      \
	} while (0)

#define REGION_REFUSED(phys, guest, size, type, flags, c, f, v) \
	do {                                                    \
		struct bh_cell_part *p = fake_cell_part(0);     \
		add_region(p, phys, guest, size, type, flags);  \
		CREATE_REFUSED(p, c, f, 1, v);                  \
	} while (0)

#endif
