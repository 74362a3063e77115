// SPDX-License-Identifier: GPL-2.0
/*
 * Copies data into the memory of a cell that does not run, in pieces: user memory is
 * read without a lock, then a piece is written under bhd.manage.
 */

#include <linux/io.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include "arch.h"
#include "driver.h"

#define PIECE_BYTES (64u << 10)

static int write_piece(u64 phys, const void *data, size_t size)
{
	u64 page = phys & PAGE_MASK;
	size_t offset = phys - page;
	void *memory = memremap(page, PAGE_ALIGN(offset + size), MEMREMAP_WB);

	if (!memory)
		return -ENOMEM;
	memcpy(memory + offset, data, size);
	bhd_arch_clean(memory + offset, size);
	memunmap(memory);
	return 0;
}

/*
 * Maps the cell's loadable memory in root; repeated, because the cell may have been started
 * since the last piece. Under bhd.manage.
 */
static int open_cell(const struct bhd_cell *cell, u32 id, struct bhd_why *why)
{
	if (bhd_need_enabled(why))
		return -EPERM;
	if (cell->gone)
		return bhd_refuse_at(why, BH_E_NO_CELL, BH_F_CELL_ID, 0, id);
	return min(bhd_call_id(BH_HC_CELL_LOAD, id, why), 0);
}

/* Stores the cell with a reference, or refuses. Checks the whole range. */
static int find_cell(const struct bh_ioc_cell_load *load, struct bhd_cell **found,
		     struct bhd_why *why)
{
	struct bhd_cell *cell;
	int error;

	mutex_lock(&bhd.manage);
	error = bhd_need_enabled(why);
	cell = error ? NULL : bhd_cell_find(load->id, why);
	error = cell ? bhd_load_check(cell->part, load->guest, load->size, why) : -EPERM;
	if (!error)
		error = open_cell(cell, load->id, why);
	if (!error)
		kobject_get(&cell->kobject);
	mutex_unlock(&bhd.manage);
	*found = cell;
	return error;
}

static int load_piece(const struct bhd_cell *cell, u32 id, u64 phys, const void *data, size_t size,
		      struct bhd_why *why)
{
	int error;

	mutex_lock(&bhd.manage);
	error = open_cell(cell, id, why) ?: write_piece(phys, data, size);
	mutex_unlock(&bhd.manage);
	return error;
}

static int load_range(const struct bhd_cell *cell, const struct bh_ioc_cell_load *load,
		      void *buffer, struct bhd_why *why)
{
	u64 done = 0;

	while (done < load->size) {
		u64 guest = load->guest + done;
		const struct bh_region *region = bhd_loadable_at(cell->part, guest);
		size_t bytes =
			bhd_room_in(region, guest, min_t(u64, load->size - done, PIECE_BYTES));
		u64 phys = region->phys + (guest - region->guest);
		int error;

		if (copy_from_user(buffer, u64_to_user_ptr(load->data + done), bytes))
			return -EFAULT;
		error = load_piece(cell, load->id, phys, buffer, bytes, why);
		if (error)
			return error;
		if (fatal_signal_pending(current))
			return bhd_refuse(why, BH_D_INTERRUPTED, 0, "%s", cell->part->name);
		done += bytes;
		cond_resched();
	}
	return 0;
}

/*
 * Copies the data into the cell. The whole range is checked before the first byte is
 * written. If the cell is started or destroyed meanwhile, the rest is refused. Not under
 * bhd.manage.
 */
int bhd_cell_load(const struct bh_ioc_cell_load *load, struct bhd_why *why)
{
	struct bhd_cell *cell;
	void *buffer;
	int error = find_cell(load, &cell, why);

	if (error)
		return error;
	buffer = kvmalloc(PIECE_BYTES, GFP_KERNEL);
	error = buffer ? load_range(cell, load, buffer, why) : -ENOMEM;
	kvfree(buffer);
	kobject_put(&cell->kobject);
	return error;
}
