// SPDX-License-Identifier: GPL-2.0
/*
 * The memory of a cell is claimed in Linux's resource tree and wiped before the
 * cell gets it. Memory that cells share is claimed for the first of them and
 * released with the last. Everything here runs under bhd.manage.
 */

#include <linux/ioport.h>
#include <linux/mm.h>
#include <linux/slab.h>

#include "arch.h"
#include "driver.h"

/* Memory that several cells share: claimed once. */
struct bhd_shared {
	struct list_head list;
	struct resource *resource;
	unsigned int users; /* cells that have the region */
};

static LIST_HEAD(shared_memory); /* of struct bhd_shared */

static bool overlap(u64 a, u64 a_size, u64 b, u64 b_size)
{
	return a < b + b_size && b < a + a_size;
}

static bool holds(const struct resource *claim, u64 phys, u64 size)
{
	return claim && overlap(phys, size, claim->start, resource_size(claim));
}

static bool cell_holds(const struct bhd_cell *cell, u64 phys, u64 size)
{
	u32 i;

	for (i = 0; i < ARRAY_SIZE(cell->claims); i++)
		if (holds(cell->claims[i], phys, size))
			return true;
	for (i = 0; i < ARRAY_SIZE(cell->shared); i++)
		if (cell->shared[i] && holds(cell->shared[i]->resource, phys, size))
			return true;
	return false;
}

/* Returns the id of the cell that has claimed some of the range, or BH_OWNER_*. */
static u32 holder_of(u64 phys, u64 size)
{
	u32 id;

	for (id = 1; id < BH_MAX_CELLS; id++)
		if (bhd.cells[id] && cell_holds(bhd.cells[id], phys, size))
			return id;
	return holds(bhd.hyp_claim, phys, size) ? BH_OWNER_HYPERVISOR : BH_OWNER_NONE;
}

/* Claims a range. A refusal names the cell that holds it, or the hypervisor. */
static struct resource *claim(const char *name, u64 phys, u64 size, u32 field, u32 index,
			      struct bhd_why *why)
{
	struct resource *resource = bhd_region_claim(phys, size, name, why);
	u32 owner;

	if (resource)
		return resource;
	owner = holder_of(phys, size);
	if (owner != BH_OWNER_NONE) {
		bhd_refuse_at(why, BH_E_OWNED, field, index, phys);
		why->refusal.owner = owner;
	}
	return NULL;
}

static struct bhd_shared *find_shared(u64 phys, u64 size)
{
	struct bhd_shared *shared;

	list_for_each_entry (shared, &shared_memory, list)
		if (phys >= shared->resource->start && phys + size - 1 <= shared->resource->end)
			return shared;
	return NULL;
}

/* Returns the end of the root cell's writable region that contains @phys, or 0. */
static u64 root_memory_end(u64 phys)
{
	u32 i;

	for (i = 0; i < bhd.blob.root->n_regions; i++) {
		const struct bh_region *region = &bhd.blob.root->regions[i];

		if (region->type != BH_REGION_MMIO && region->flags & BH_REGION_WRITE &&
		    phys >= region->phys && phys - region->phys < region->size)
			return region->phys + region->size;
	}
	return 0;
}

/* A search for RAM of Linux that the root cell of a config can't write. */
struct lost {
	const struct bh_cell_part *root;
	u64 start, end; /* end: 0 while nothing is found */
};

/* Returns the end of the region of @root that contains @phys and can hold RAM, or 0. */
static u64 root_ram_end(const struct bh_cell_part *root, u64 phys)
{
	u32 i;

	for (i = 0; i < root->n_regions; i++) {
		const struct bh_region *region = &root->regions[i];

		if ((region->type != BH_REGION_MMIO || bhd_arch_rest_is_memory) &&
		    region->flags & BH_REGION_WRITE && phys >= region->phys &&
		    phys - region->phys < region->size)
			return region->phys + region->size;
	}
	return 0;
}

static int note_lost(struct resource *resource, void *argument)
{
	struct lost *lost = argument;
	u64 end = (resource->end + 1) & PAGE_MASK; /* Linux uses whole pages */
	u64 at = PAGE_ALIGN(resource->start), next;

	for (; at < end; at = next) {
		next = root_ram_end(lost->root, at);
		if (!next) {
			lost->start = at;
			lost->end = end;
			return 1;
		}
	}
	return 0;
}

/* Refuses a config whose root cell lacks RAM that Linux uses: Linux would fault on it. */
int bhd_memory_check_root(const struct bhd_blob *blob, struct bhd_why *why)
{
	struct lost lost = { .root = blob->root };

	walk_iomem_res_desc(IORES_DESC_NONE, IORESOURCE_SYSTEM_RAM | IORESOURCE_BUSY, 0,
			    bhd_phys_max, &lost, note_lost);
	if (!lost.end)
		return 0;
	return bhd_refuse(why, BH_D_ROOT_RAM, lost.start, "0x%llx-0x%llx", lost.start,
			  lost.end - 1);
}

/*
 * Returns true if the root cell's config lets Linux write all of the range. Wiping
 * other memory would fault.
 */
static bool root_may_write(u64 phys, u64 size)
{
	u64 at = phys;

	while (at && at < phys + size)
		at = root_memory_end(at);
	return at && bhd_is_ram(phys, size);
}

/*
 * Clears, before the hypervisor starts, shared memory that root will not be able
 * to write. Memory that Linux uses is skipped; cells are refused it later.
 */
int bhd_memory_clear_shared(struct bhd_why *why)
{
	const struct bh_cell_part *root = bhd.blob.root;
	struct bhd_why ignored;
	int error = 0;
	u32 i;

	for (i = 0; i < root->n_regions && !error; i++) {
		const struct bh_region *region = &root->regions[i];
		struct resource *resource;

		if (region->type != BH_REGION_SHARED || region->flags & BH_REGION_WRITE ||
		    !bhd_is_ram(region->phys, region->size))
			continue;
		resource =
			bhd_region_claim(region->phys, region->size, BHD_NAME " shared", &ignored);
		if (resource)
			error = bhd_region_wipe(region->phys, region->size, why);
		bhd_region_release(resource);
	}
	return error;
}

static struct bhd_shared *new_shared(struct bhd_cell *cell, u32 index, struct bhd_why *why)
{
	const struct bh_region *region = &cell->part->regions[index];
	struct bhd_shared *shared = kzalloc(sizeof(*shared), GFP_KERNEL);

	if (!shared) {
		bhd_refuse(why, BH_D_NO_MEMORY, sizeof(*shared), "%s", "");
		return NULL;
	}
	shared->resource =
		claim(BHD_NAME " shared", region->phys, region->size, BH_F_REGION_PHYS, index, why);
	if (!shared->resource)
		goto fail;
	if (root_may_write(region->phys, region->size) &&
	    bhd_region_wipe(region->phys, region->size, why)) {
		bhd_region_release(shared->resource);
		goto fail;
	}
	list_add(&shared->list, &shared_memory);
	return shared;

fail:
	kfree(shared);
	return NULL;
}

static int claim_shared(struct bhd_cell *cell, u32 index, struct bhd_why *why)
{
	const struct bh_region *region = &cell->part->regions[index];
	struct bhd_shared *shared = find_shared(region->phys, region->size);

	/* The hypervisor wipes the range when the cell is destroyed, and would fault on
	 * addresses without memory. */
	if (!bhd_is_ram(region->phys, region->size))
		return bhd_refuse(why, BH_D_NOT_RESERVED, region->phys, "no memory there");
	if (!shared)
		shared = new_shared(cell, index, why);
	if (!shared)
		return -EPERM;
	shared->users++;
	cell->shared[index] = shared;
	return 0;
}

static void release_shared(struct bhd_shared *shared)
{
	if (!shared || --shared->users)
		return;
	list_del(&shared->list);
	bhd_region_release(shared->resource);
	kfree(shared);
}

static int claim_region(struct bhd_cell *cell, u32 index, struct bhd_why *why)
{
	const struct bh_region *region = &cell->part->regions[index];

	if (region->type == BH_REGION_SHARED)
		return claim_shared(cell, index, why);
	cell->claims[index] =
		claim(cell->claim_name, region->phys, region->size, BH_F_REGION_PHYS, index, why);
	if (!cell->claims[index])
		return -EPERM;
	if (region->type == BH_REGION_RAM && !root_may_write(region->phys, region->size))
		return bhd_refuse_at(why, BH_E_NOT_ROOT, BH_F_REGION_PHYS, index, region->phys);
	return 0;
}

/*
 * Claims the memory in the cell's config or, with @mmio, its device registers,
 * which must not have root drivers any more. After a failure the caller must
 * call bhd_memory_release().
 */
int bhd_memory_claim(struct bhd_cell *cell, bool mmio, struct bhd_why *why)
{
	const struct bh_cell_part *part = cell->part;
	u32 i;

	for (i = 0; i < part->n_regions; i++)
		if ((part->regions[i].type == BH_REGION_MMIO) == mmio && claim_region(cell, i, why))
			return -EPERM;
	if (mmio || !part->image_size)
		return 0;
	cell->claims[BH_MAX_REGIONS] =
		claim(cell->claim_name, part->image_phys, part->image_size, BH_F_IMAGE, 0, why);
	if (!cell->claims[BH_MAX_REGIONS])
		return -EPERM;
	if (!root_may_write(part->image_phys, part->image_size))
		return bhd_refuse_at(why, BH_E_NOT_ROOT, BH_F_IMAGE, 0, part->image_phys);
	return 0;
}

/* Clears the cell's own memory and cleans it from caches. */
int bhd_memory_wipe(struct bhd_cell *cell, struct bhd_why *why)
{
	const struct bh_cell_part *part = cell->part;
	int error = 0;
	u32 i;

	for (i = 0; i < part->n_regions && !error; i++)
		if (part->regions[i].type == BH_REGION_RAM)
			error = bhd_region_wipe(part->regions[i].phys, part->regions[i].size, why);
	if (!error && part->image_size)
		error = bhd_region_wipe(part->image_phys, part->image_size, why);
	return error;
}

/* Releases all claims of the cell, however many there are. */
void bhd_memory_release(struct bhd_cell *cell)
{
	u32 i;

	for (i = 0; i < BH_MAX_REGIONS; i++) {
		release_shared(cell->shared[i]);
		cell->shared[i] = NULL;
	}
	for (i = 0; i < ARRAY_SIZE(cell->claims); i++) {
		bhd_region_release(cell->claims[i]);
		cell->claims[i] = NULL;
	}
}
