// SPDX-License-Identifier: GPL-2.0
/* Copies data into the memory of a cell that does not run. Under bhd.manage. */

#include <linux/io.h>
#include <linux/mm.h>
#include <linux/sched/signal.h>
#include <linux/uaccess.h>

#include "arch.h"
#include "driver.h"

#define PIECE_BYTES (64u << 10)

static int copy_piece(u64 phys, const void __user *data, size_t size)
{
	u64 page = phys & PAGE_MASK;
	size_t offset = phys - page;
	void *memory = memremap(page, PAGE_ALIGN(offset + size), MEMREMAP_WB);
	int error = 0;

	if (!memory)
		return -ENOMEM;
	if (copy_from_user(memory + offset, data, size))
		error = -EFAULT;
	bhd_arch_clean(memory + offset, size);
	memunmap(memory);
	return error;
}

static int copy_range(const struct bh_cell_part *part, const struct bh_ioc_cell_load *load,
		      struct bhd_why *why)
{
	u64 done = 0;

	while (done < load->size) {
		u64 guest = load->guest + done;
		const struct bh_region *region = bhd_loadable_at(part, guest);
		size_t bytes =
			bhd_room_in(region, guest, min_t(u64, load->size - done, PIECE_BYTES));
		int error = copy_piece(region->phys + (guest - region->guest),
				       u64_to_user_ptr(load->data + done), bytes);

		if (error)
			return error;
		if (fatal_signal_pending(current))
			return bhd_refuse(why, BH_D_INTERRUPTED, 0, "%s", part->name);
		done += bytes;
		cond_resched();
	}
	return 0;
}

/*
 * Maps the cell's loadable memory in root and copies the data into it. The whole
 * range is checked before the first byte is written.
 */
int bhd_cell_load(const struct bh_ioc_cell_load *load, struct bhd_why *why)
{
	const struct bhd_cell *cell;
	int error = bhd_need_enabled(why);

	if (error)
		return error;
	cell = bhd_cell_find(load->id, why);
	if (!cell)
		return -EPERM;
	error = bhd_load_check(cell->part, load->guest, load->size, why);
	if (!error)
		error = bhd_call_id(BH_HC_CELL_LOAD, load->id, why);
	return error < 0 ? error : copy_range(cell->part, load, why);
}
