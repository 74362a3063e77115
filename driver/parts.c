// SPDX-License-Identifier: GPL-2.0
/*
 * Config parts in kernel memory. The driver checks only what it relies on: sizes,
 * counts, addresses that do not wrap, names that are safe to print. The
 * hypervisor validates the rest.
 */

#include <linux/ctype.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include "arch.h"
#include "driver.h"

#define PART_ALIGN 8

static int check_header(const struct bh_part_header *part, u16 kind, size_t minimum, u32 room,
			struct bhd_why *why)
{
	if (room < sizeof(*part))
		return bhd_refuse_at(why, BH_E_SIZE, BH_F_HEADER, 0, room);
	if (part->magic != BH_PART_MAGIC)
		return bhd_refuse_at(why, BH_E_MAGIC, BH_F_HEADER, 0, part->magic);
	if (part->version != BH_ABI_VERSION)
		return bhd_refuse_at(why, BH_E_VERSION, BH_F_HEADER, 0, part->version);
	if (part->arch != bhd_arch_id)
		return bhd_refuse_at(why, BH_E_ARCH, BH_F_HEADER, 0, part->arch);
	if (part->kind != kind)
		return bhd_refuse_at(why, BH_E_KIND, BH_F_HEADER, 0, part->kind);
	if (part->size < minimum || part->size > min(room, BH_PART_MAX) || part->size % PART_ALIGN)
		return bhd_refuse_at(why, BH_E_SIZE, BH_F_HEADER, 0, part->size);
	return 0;
}

static bool name_ok(const char *name)
{
	size_t length = strnlen(name, BH_NAME_SIZE);
	size_t i;

	if (!length || length == BH_NAME_SIZE)
		return false;
	for (i = 0; i < length; i++)
		if (!isascii(name[i]) || (!isalnum(name[i]) && name[i] != '-' && name[i] != '_'))
			return false;
	return true;
}

/* A non-empty range of whole pages that does not wrap. */
static bool range_ok(u64 start, u64 size)
{
	return size && PAGE_ALIGNED(start) && PAGE_ALIGNED(size) && size <= bhd_phys_max &&
	       start <= bhd_phys_max - size;
}

static int check_system(const struct bh_system_part *system, u32 room, struct bhd_why *why)
{
	int error = check_header(&system->header, BH_PART_SYSTEM, sizeof(*system), room, why);

	if (error)
		return error;
	if (!system->n_cpus || system->n_cpus > BH_MAX_CPUS)
		return bhd_refuse_at(why, BH_E_RANGE, BH_F_CPUS, 0, system->n_cpus);
	if (system->header.size != bh_system_bytes(system))
		return bhd_refuse_at(why, BH_E_SIZE, BH_F_CPUS, 0, system->header.size);
	if (strnlen(system->name, BH_NAME_SIZE) == BH_NAME_SIZE)
		return bhd_refuse_at(why, BH_E_VALUE, BH_F_NAME, 0, 0);
	if (system->hyp_phys % BH_HYP_ALIGN)
		return bhd_refuse_at(why, BH_E_ALIGN, BH_F_HYP_MEMORY, 0, system->hyp_phys);
	if (system->hyp_size % BH_HYP_ALIGN)
		return bhd_refuse_at(why, BH_E_ALIGN, BH_F_HYP_MEMORY, 0, system->hyp_size);
	if (system->hyp_size > BH_HYP_MAX || !range_ok(system->hyp_phys, system->hyp_size))
		return bhd_refuse_at(why, BH_E_RANGE, BH_F_HYP_MEMORY, 0, system->hyp_size);
	return 0;
}

static int check_regions(const struct bh_cell_part *cell, struct bhd_why *why)
{
	u32 i;

	for (i = 0; i < cell->n_regions; i++) {
		const struct bh_region *region = &cell->regions[i];

		if (!range_ok(region->phys, region->size))
			return bhd_refuse_at(why, BH_E_RANGE, BH_F_REGION_PHYS, i, region->phys);
		if (!range_ok(region->guest, region->size))
			return bhd_refuse_at(why, BH_E_RANGE, BH_F_REGION_GUEST, i, region->guest);
	}
	return 0;
}

static int check_shared(const struct bh_cell_part *cell, struct bhd_why *why)
{
	const struct bh_shared *shared = bh_cell_shared(cell);
	u32 i;

	for (i = 0; i < cell->n_shared; i++) {
		u32 region = shared[i].region;

		if (!name_ok(shared[i].name))
			return bhd_refuse_at(why, BH_E_VALUE, BH_F_SHARED_NAME, i, 0);
		if (region >= cell->n_regions || cell->regions[region].type != BH_REGION_SHARED)
			return bhd_refuse_at(why, BH_E_VALUE, BH_F_SHARED, i, region);
	}
	return 0;
}

static int check_cell(const struct bh_cell_part *cell, u16 kind, u32 room, struct bhd_why *why)
{
	int error = check_header(&cell->header, kind, sizeof(*cell), room, why);
	u32 field, count;

	if (error)
		return error;
	if (!name_ok(cell->name))
		return bhd_refuse_at(why, BH_E_VALUE, BH_F_NAME, 0, 0);
	field = bh_cell_bad_count(cell, &count);
	if (field)
		return bhd_refuse_at(why, BH_E_RANGE, field, 0, count);
	if (cell->header.size != bh_cell_bytes(cell))
		return bhd_refuse_at(why, BH_E_SIZE, BH_F_HEADER, 0, cell->header.size);
	if (cell->image_size && !range_ok(cell->image_phys, cell->image_size))
		return bhd_refuse_at(why, BH_E_RANGE, BH_F_IMAGE, 0, cell->image_phys);
	return check_regions(cell, why) ?: check_shared(cell, why);
}

static int parse(struct bhd_blob *blob, struct bhd_why *why)
{
	u32 at;
	int error;

	blob->system = blob->data;
	error = check_system(blob->system, blob->size, why);
	if (error)
		return error;
	at = blob->system->header.size;
	blob->root = blob->data + at;
	error = check_cell(blob->root, BH_PART_ROOT, blob->size - at, why);
	if (error)
		return error;
	for (at += blob->root->header.size; at < blob->size;) {
		const struct bh_cell_part *cell = blob->data + at;

		error = check_cell(cell, BH_PART_CELL, blob->size - at, why);
		if (error)
			return error;
		at += cell->header.size;
	}
	return 0;
}

/*
 * Copies a blob once from user memory and checks it. blob->system and blob->root
 * point to its first two parts. bhd_blob_free() frees it.
 */
int bhd_blob_copy(struct bhd_blob *blob, u64 user, u64 size, struct bhd_why *why)
{
	int error;

	if (size < sizeof(struct bh_part_header) || size > BHD_BLOB_MAX)
		return bhd_refuse_at(why, BH_E_SIZE, BH_F_HEADER, 0, size);
	blob->data = kvmalloc(size, GFP_KERNEL);
	if (!blob->data)
		return bhd_refuse(why, BH_D_NO_MEMORY, size, "config");
	blob->size = size;
	if (copy_from_user(blob->data, u64_to_user_ptr(user), size))
		error = -EFAULT;
	else
		error = parse(blob, why);
	if (error)
		bhd_blob_free(blob);
	return error;
}

void bhd_blob_free(struct bhd_blob *blob)
{
	kvfree(blob->data);
	*blob = (struct bhd_blob){};
}

/* Returns the blob's first cell part (@cell is NULL), the one after @cell, or NULL. */
const struct bh_cell_part *bhd_blob_next_cell(const struct bhd_blob *blob,
					      const struct bh_cell_part *cell)
{
	const void *next;

	if (!cell)
		cell = blob->root;
	next = (const void *)cell + cell->header.size;
	return next < blob->data + blob->size ? next : NULL;
}

/* Copies one cell part once from user memory and checks it. The caller kfree()s it. */
struct bh_cell_part *bhd_cell_part_copy(u64 user, u64 size, struct bhd_why *why)
{
	struct bh_cell_part *part;
	int error;

	if (size < sizeof(struct bh_part_header) || size > BH_PART_MAX)
		return ERR_PTR(bhd_refuse_at(why, BH_E_SIZE, BH_F_HEADER, 0, size));
	part = memdup_user(u64_to_user_ptr(user), size);
	if (IS_ERR(part))
		return part;
	error = check_cell(part, BH_PART_CELL, size, why);
	if (!error && part->header.size != size)
		error = bhd_refuse_at(why, BH_E_SIZE, BH_F_HEADER, 0, size);
	if (error) {
		kfree(part);
		return ERR_PTR(error);
	}
	return part;
}

/* Returns the loadable region that contains the guest address, or NULL. */
const struct bh_region *bhd_loadable_at(const struct bh_cell_part *part, u64 guest)
{
	u32 i;

	for (i = 0; i < part->n_regions; i++) {
		const struct bh_region *region = &part->regions[i];

		if (region->type == BH_REGION_RAM && region->flags & BH_REGION_LOADABLE &&
		    guest >= region->guest && guest - region->guest < region->size)
			return region;
	}
	return NULL;
}

/* Returns the bytes from @guest to the end of the region, at most @size. */
u64 bhd_room_in(const struct bh_region *region, u64 guest, u64 size)
{
	return min(size, region->size - (guest - region->guest));
}

/* Refuses the first byte of [guest, guest + size) that is not in a loadable region. */
int bhd_load_check(const struct bh_cell_part *part, u64 guest, u64 size, struct bhd_why *why)
{
	while (size) {
		const struct bh_region *region = bhd_loadable_at(part, guest);
		u64 bytes;

		if (!region)
			return bhd_refuse(why, BH_D_OUTSIDE, guest, "%s", part->name);
		bytes = bhd_room_in(region, guest, size);
		guest += bytes;
		size -= bytes;
	}
	return 0;
}
