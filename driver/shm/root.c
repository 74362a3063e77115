// SPDX-License-Identifier: GPL-2.0
/*
 * Shared memory of root. Each named region that root may read has a device while
 * at least one cell has the region. bhd.manage protects links[]; writers of
 * links[].shm also hold bhd.lock, readers only that. While there is a device, only
 * bhd_shm_deliver_rings() uses links[].rung.
 */

#include "driver.h"
#include "shm.h"

/* The shared regions by their index in root's config. */
static struct link {
	struct bhd_shm *shm; /* NULL: no device */
	unsigned int cells;  /* number of cells with the region */
	u32 rung;	     /* value of rings_of() at the last delivery */
} links[BH_MAX_SHARED];

static const struct bh_region *region_of(const struct bh_cell_part *part, u32 index)
{
	return &part->regions[bh_cell_shared(part)[index].region];
}

/* Returns the index in root's config of a cell's region, which the hypervisor has checked. */
static u32 link_of(const struct bh_cell_part *part, u32 index)
{
	const struct bh_cell_part *root = bhd.blob.root;
	const struct bh_region *region = region_of(part, index);
	u32 i;

	for (i = 0; i < root->n_shared; i++)
		if (region_of(root, i)->phys == region->phys &&
		    region_of(root, i)->size == region->size)
			break;
	return i;
}

/* Sums the cells' ring counters of a region. Each only increases, so any ring changes the sum. */
static u32 rings_of(u32 link)
{
	u32 id, sum = 0;

	/* Acquire: data that a cell wrote before it rang are visible after this read. */
	for (id = 1; id < BH_MAX_CELLS; id++)
		sum += smp_load_acquire(&bhd.rings->of[id].rung[link]);
	return sum;
}

static void set_shm(struct link *link, struct bhd_shm *shm)
{
	down_write(&bhd.lock);
	link->shm = shm;
	up_write(&bhd.lock);
}

static int add_device(u32 index, struct bhd_why *why)
{
	const struct bh_region *region = region_of(bhd.blob.root, index);
	const struct bhd_shm_config config = {
		.name = bh_cell_shared(bhd.blob.root)[index].name,
		.phys = region->phys,
		.size = region->size,
		.rights = region->flags,
		.index = index,
	};
	struct bhd_shm *shm;

	if (!(region->flags & BH_REGION_READ))
		return 0;
	links[index].rung = rings_of(index);
	shm = bhd_shm_add(&config);
	if (!shm)
		return bhd_refuse(why, BH_D_NO_MEMORY, 0, "device of shared memory");
	set_shm(&links[index], shm);
	return 0;
}

static void put(u32 index)
{
	struct link *link = &links[index];
	struct bhd_shm *shm = link->shm;

	if (--link->cells || !shm)
		return;
	set_shm(link, NULL);
	bhd_shm_remove(shm);
}

static void put_first(const struct bh_cell_part *part, u32 count)
{
	while (count--)
		put(link_of(part, count));
}

/* Creates the devices of the regions that a new cell shares, all or none. */
int bhd_shm_cell_added(const struct bh_cell_part *part, struct bhd_why *why)
{
	u32 i;

	for (i = 0; i < part->n_shared; i++) {
		u32 index = link_of(part, i);

		if (!links[index].cells && add_device(index, why)) {
			put_first(part, i);
			return -EPERM;
		}
		links[index].cells++;
	}
	return 0;
}

/* Releases the regions of a destroyed cell. Regions without users are unmapped on return. */
void bhd_shm_cell_removed(const struct bh_cell_part *part)
{
	put_first(part, part->n_shared);
}

/* Notifies the devices whose regions were rung. Under bhd.lock, enabled. */
void bhd_shm_deliver_rings(void)
{
	u32 i;

	for (i = 0; i < BH_MAX_SHARED; i++) {
		struct link *link = &links[i];
		u32 now;

		if (!link->shm)
			continue;
		now = rings_of(i);
		if (now != link->rung)
			bhd_shm_notify(link->shm, now - link->rung);
		link->rung = now;
	}
}
