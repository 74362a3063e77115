// SPDX-License-Identifier: GPL-2.0
/*
 * Consoles. The hypervisor writes output to a ring; the driver moves it to a longer
 * history, which any number of readers read at their own positions. The driver
 * does not trust indexes and counts in the ring: it masks and limits them. The
 * callers hold bhd.lock, which keeps the cell and the hypervisor's memory;
 * console_lock protects ring and history.
 */

#include <linux/slab.h>
#include <linux/uaccess.h>

#include "driver.h"

static struct bhd_cell *find_enabled(u32 id, struct bhd_why *why)
{
	return bhd_need_enabled(why) ? NULL : bhd_cell_find(id, why);
}

static int no_console(const struct bhd_cell *cell, struct bhd_why *why)
{
	return bhd_refuse_at(why, BH_E_UNSUPPORTED, BH_F_CONSOLE, 0, cell->id);
}

static void append(struct bhd_cell *cell, const u8 *from, u32 bytes)
{
	u32 at = cell->history_end % BHD_HISTORY_BYTES;
	u32 first = min(bytes, BHD_HISTORY_BYTES - at);

	memcpy(cell->history + at, from, first);
	memcpy(cell->history, from + first, bytes - first);
	cell->history_end += bytes;
}

static void drain_locked(struct bhd_cell *cell)
{
	struct bh_console *console = cell->console;
	u32 tail = READ_ONCE(console->out_tail);
	u32 waiting = smp_load_acquire(&console->out_head) - tail;

	if (waiting > BH_CONSOLE_OUT)
		waiting = BH_CONSOLE_OUT;
	while (waiting) {
		u32 at = tail % BH_CONSOLE_OUT;
		u32 bytes = min(waiting, BH_CONSOLE_OUT - at);

		append(cell, console->out + at, bytes);
		tail += bytes;
		waiting -= bytes;
	}
	smp_store_release(&console->out_tail, tail);
}

/* Moves all output from the cell's ring to its history. */
void bhd_console_drain(struct bhd_cell *cell)
{
	if (!cell->console)
		return;
	mutex_lock(&cell->console_lock);
	drain_locked(cell);
	mutex_unlock(&cell->console_lock);
}

/*
 * Moves a position that the history no longer contains to its oldest byte, and
 * returns the number of bytes skipped. A position beyond the end belongs to an
 * earlier cell of the same id; its reader has lost nothing.
 */
static u32 catch_up(const struct bhd_cell *cell, u32 *position)
{
	u32 kept = min(cell->history_end, BHD_HISTORY_BYTES);
	s32 behind = cell->history_end - *position;

	if (behind >= 0 && behind <= kept)
		return 0;
	*position = cell->history_end - kept;
	return behind > 0 ? behind - kept : 0;
}

/* Copies from the history to @to, advances *position and returns the number of bytes. */
static u32 copy_history(const struct bhd_cell *cell, u32 *position, u32 room, u8 *to)
{
	u32 bytes = min(cell->history_end - *position, room);
	u32 at = *position % BHD_HISTORY_BYTES;
	u32 first = min(bytes, BHD_HISTORY_BYTES - at);

	memcpy(to, cell->history + at, first);
	memcpy(to + first, cell->history, bytes - first);
	*position += bytes;
	return bytes;
}

static int read_locked(struct bhd_file *file, struct bhd_cell *cell, struct bh_ioc_console *request,
		       u32 room, u8 *to, struct bhd_why *why)
{
	u32 lost;

	if (!cell->console)
		return no_console(cell, why);
	drain_locked(cell);
	lost = catch_up(cell, &request->position);
	request->lost = atomic_add_return(lost, &file->console_lost[cell->id]) +
			READ_ONCE(cell->console->out_dropped);
	request->size = copy_history(cell, &request->position, room, to);
	return 0;
}

/*
 * Reads from request->position as many bytes as exist and fit. lost: bytes that
 * the full ring has dropped since the cell was created, plus bytes that the
 * history no longer had when this file read.
 */
int bhd_console_read(struct bhd_file *file, struct bh_ioc_console *request, struct bhd_why *why)
{
	u32 room = min(request->size, BHD_HISTORY_BYTES);
	u8 *buffer = kvmalloc(room, GFP_KERNEL);
	struct bhd_cell *cell;
	int error = -EPERM;

	if (!buffer)
		return -ENOMEM;
	down_read(&bhd.lock);
	cell = find_enabled(request->id, why);
	if (cell) {
		mutex_lock(&cell->console_lock);
		error = read_locked(file, cell, request, room, buffer, why);
		mutex_unlock(&cell->console_lock);
	}
	up_read(&bhd.lock);
	if (!error && copy_to_user(u64_to_user_ptr(request->data), buffer, request->size))
		error = -EFAULT;
	kvfree(buffer);
	return error;
}

/* Writes bytes to the input ring. Returns how many fitted. */
static u32 push_input(struct bh_console *console, const u8 *from, u32 bytes)
{
	u32 head = READ_ONCE(console->in_head);
	u32 used = head - smp_load_acquire(&console->in_tail);
	u32 i;

	if (used > BH_CONSOLE_IN)
		used = BH_CONSOLE_IN;
	bytes = min(bytes, BH_CONSOLE_IN - used);
	for (i = 0; i < bytes; i++)
		console->in[(head + i) % BH_CONSOLE_IN] = from[i];
	smp_store_release(&console->in_head, head + bytes);
	return bytes;
}

static int write_locked(struct bhd_cell *cell, struct bh_ioc_console *request, const u8 *from,
			u32 bytes, struct bhd_why *why)
{
	if (!cell->console)
		return no_console(cell, why);
	request->size = push_input(cell->console, from, bytes);
	return bhd_call_id(BH_HC_CONSOLE_INPUT, cell->id, why);
}

/* Writes to the cell's input and stores in request->size how many bytes fitted. */
int bhd_console_write(struct bh_ioc_console *request, struct bhd_why *why)
{
	u32 bytes = min(request->size, BH_CONSOLE_IN);
	u8 *buffer = memdup_user(u64_to_user_ptr(request->data), bytes);
	struct bhd_cell *cell;
	int error = -EPERM;

	if (IS_ERR(buffer))
		return PTR_ERR(buffer);
	down_read(&bhd.lock);
	cell = find_enabled(request->id, why);
	if (cell) {
		mutex_lock(&cell->console_lock);
		error = write_locked(cell, request, buffer, bytes, why);
		mutex_unlock(&cell->console_lock);
	}
	up_read(&bhd.lock);
	kfree(buffer);
	return error < 0 ? error : 0;
}
