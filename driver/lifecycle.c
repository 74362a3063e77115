// SPDX-License-Identifier: GPL-2.0
/* Starting and stopping cells. */

#include <linux/jiffies.h>
#include <linux/sched.h>
#include <linux/string.h>

#include "driver.h"

#define POLL_MS 20 /* between two checks whether a cell has stopped */

/* Starts a cell. Under bhd.manage. */
int bhd_cell_start(const struct bh_ioc_cell_start *start, struct bhd_why *why)
{
	const struct bhd_call call = {
		.function = BH_HC_CELL_START,
		.arg1 = start->id,
		.in = start->args,
		.in_size = sizeof(start->args),
	};
	struct bhd_cell *cell;
	int error = bhd_need_enabled(why);

	if (error)
		return error;
	if (strnlen(start->args, sizeof(start->args)) == sizeof(start->args))
		return bhd_refuse_at(why, BH_E_SIZE, BH_F_ARGS, 0, sizeof(start->args));
	cell = bhd_cell_find(start->id, why);
	if (!cell)
		return -EPERM;
	while ((error = bhd_call(&call, why)) == -EAGAIN)
		cond_resched(); /* a piece of the snapshot was copied */
	if (error < 0)
		return error;
	bhd_cell_refresh(cell);
	bhd_events_notify();
	return 0;
}

/* Asks or forces a cell to stop. Returns the cell with a reference, or NULL with a refusal. */
static struct bhd_cell *request_stop(const struct bh_ioc_cell_shutdown *shutdown,
				     struct bhd_why *why)
{
	const struct bhd_call call = {
		.function = BH_HC_CELL_SHUTDOWN,
		.arg1 = shutdown->id,
		.arg2 = !!shutdown->force,
	};
	struct bhd_cell *cell = NULL;

	mutex_lock(&bhd.manage);
	if (!bhd_need_enabled(why))
		cell = bhd_cell_find(shutdown->id, why);
	if (cell && bhd_call(&call, why) < 0)
		cell = NULL;
	if (cell)
		kobject_get(&cell->kobject);
	mutex_unlock(&bhd.manage);
	return cell;
}

static bool has_stopped(struct bhd_cell *cell)
{
	bool stopped = true;

	down_read(&bhd.lock);
	if (!cell->gone) {
		bhd_cell_refresh(cell);
		stopped = cell->state != BH_STATE_RUNNING;
	}
	up_read(&bhd.lock);
	return stopped;
}

static int wait_until_stopped(struct bhd_cell *cell, u32 timeout_ms, struct bhd_why *why)
{
	unsigned long deadline = jiffies + msecs_to_jiffies(timeout_ms);

	while (!has_stopped(cell)) {
		u64 seen = atomic64_read(&bhd.events);

		if (time_after_eq(jiffies, deadline))
			return bhd_refuse(why, BH_D_TIMEOUT, timeout_ms, "%s", cell->part->name);
		if (wait_event_interruptible_timeout(bhd.wait, atomic64_read(&bhd.events) != seen,
						     msecs_to_jiffies(POLL_MS)) < 0)
			return bhd_refuse(why, BH_D_INTERRUPTED, 0, "%s", cell->part->name);
	}
	return 0;
}

/*
 * Stops a cell: sends a request and waits, or takes its CPUs away at once. No
 * lock is held while waiting, so the cell may be destroyed meanwhile.
 */
int bhd_cell_shutdown(const struct bh_ioc_cell_shutdown *shutdown, struct bhd_why *why)
{
	struct bhd_cell *cell = request_stop(shutdown, why);
	int error;

	if (!cell)
		return -EPERM;
	error = wait_until_stopped(cell, shutdown->timeout_ms, why);
	kobject_put(&cell->kobject);
	bhd_events_notify();
	return error;
}

static void stop_and_destroy(u32 id)
{
	const struct bhd_call stop = { .function = BH_HC_CELL_SHUTDOWN, .arg1 = id, .arg2 = 1 };
	struct bhd_why why = {};

	bhd_call(&stop, &why); /* refused if the cell does not run: that is fine */
	if (bhd_cell_destroy(id, &why))
		pr_err(BHD_NAME ": could not destroy cell %u: refusal code %u\n", id,
		       why.refusal.code);
}

/* Destroys all cells and disables the hypervisor. Under bhd.manage. */
void bhd_stop_everything(void)
{
	struct bhd_why why = {};
	u32 id;

	if (bhd.state == BH_DRIVER_DISABLED)
		return;
	for (id = 1; id < BH_MAX_CELLS; id++)
		if (bhd.cells[id])
			stop_and_destroy(id);
	if (bhd_disable(&why))
		pr_err(BHD_NAME ": could not disable: refusal code %u\n", why.refusal.code);
}
