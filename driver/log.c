// SPDX-License-Identifier: GPL-2.0
/* Reads the hypervisor's messages and statistics from memory that root may read. */

#include <linux/slab.h>
#include <linux/uaccess.h>

#include "driver.h"

/*
 * Copies the records from *from to the head and drops those that the hypervisor
 * overwrote meanwhile. Moves *from to the first record that is left and returns
 * their number.
 */
static u32 copy_records(struct bh_message *to, u32 *from, u32 room)
{
	const struct bh_log *log = bhd.log;
	u32 head = smp_load_acquire(&log->head);
	u32 count, late, i;

	if (head - *from > BH_LOG_RECORDS)
		*from = head - BH_LOG_RECORDS;
	count = min(head - *from, room);
	for (i = 0; i < count; i++)
		to[i] = log->records[(*from + i) % BH_LOG_RECORDS];
	smp_rmb(); /* read the records before the head that tells which were overwritten */
	/* The record at head may be partly written, so the old one in its slot is lost, too. */
	head = READ_ONCE(log->head) + 1;
	late = head - *from > BH_LOG_RECORDS ? head - *from - BH_LOG_RECORDS : 0;
	late = min(late, count);
	memmove(to, to + late, (count - late) * sizeof(*to));
	*from += late;
	return count - late;
}

/*
 * Reads messages from request->position. lost: all messages that were overwritten
 * before this file read them.
 */
int bhd_log_read(struct bhd_file *file, struct bh_ioc_log *request, struct bhd_why *why)
{
	u32 room = min(request->count, BH_LOG_RECORDS);
	u32 from = request->position;
	struct bh_message *records = kcalloc(room + 1, sizeof(*records), GFP_KERNEL);
	int error;

	if (!records)
		return -ENOMEM;
	down_read(&bhd.lock);
	error = bhd_need_enabled(why);
	if (!error)
		request->count = copy_records(records, &from, room);
	up_read(&bhd.lock);
	if (error)
		goto out;
	request->lost = atomic_add_return(from - request->position, &file->log_lost);
	request->position = from + request->count;
	if (copy_to_user(u64_to_user_ptr(request->messages), records,
			 request->count * sizeof(*records)))
		error = -EFAULT;
out:
	kfree(records);
	return error;
}

/* Returns the exits of a CPU (system index) for a reason, or for all reasons. */
u64 bhd_exits(u32 cpu, u32 reason)
{
	u64 sum = 0;
	u32 i;

	if (reason != BH_EXIT_TOTAL)
		return READ_ONCE(bhd.stats[cpu].exits[reason]);
	for (i = BH_EXIT_TOTAL + 1; i < BH_STATS_SLOTS; i++)
		sum += READ_ONCE(bhd.stats[cpu].exits[i]);
	return sum;
}

/* Reads the exits of one CPU by reason. The caller holds bhd.lock, enabled. */
int bhd_stats_read(struct bh_ioc_stats *request, struct bhd_why *why)
{
	u32 i;

	if (request->cpu >= bhd.blob.system->n_cpus)
		return bhd_refuse_at(why, BH_E_RANGE, BH_F_CPUS, 0, request->cpu);
	for (i = 0; i < BH_STATS_SLOTS; i++)
		request->exits[i] = bhd_exits(request->cpu, i);
	return 0;
}
