// SPDX-License-Identifier: GPL-2.0
/*
 * Events: the hypervisor rings the root doorbell, an interrupt, when a cell
 * printed, changed its state or a message was written. Then every cell is
 * looked at and who polls is woken. Without a doorbell that happens periodically.
 */

#include <linux/workqueue.h>

#include "driver.h"

#define POLL_MS 50

static bool has_doorbell; /* under bhd.manage */

/* May sleep. */
void bhd_events_look(void)
{
	u32 id;

	down_read(&bhd.lock);
	for (id = 1; id < BH_MAX_CELLS && bhd.state != BH_DRIVER_DISABLED; id++) {
		if (!bhd.cells[id])
			continue;
		bhd_console_drain(bhd.cells[id]);
		bhd_cell_refresh(bhd.cells[id]);
	}
	up_read(&bhd.lock);
	bhd_events_notify();
}

static void poll_work(struct work_struct *work)
{
	bhd_events_look();
	queue_delayed_work(system_wq, to_delayed_work(work), msecs_to_jiffies(POLL_MS));
}

static DECLARE_DELAYED_WORK(poll, poll_work);

/* Counts an event and wakes who waits for one. */
void bhd_events_notify(void)
{
	atomic64_inc(&bhd.events);
	wake_up_all(&bhd.wait);
}

int bhd_events_start(const struct bh_system_part *system, struct bhd_why *why)
{
	int result = bhd_arch_doorbell_start(system, why);

	has_doorbell = result > 0;
	if (!result)
		queue_delayed_work(system_wq, &poll, 0);
	return result < 0 ? result : 0;
}

/* No event is being looked at any more when this returns. Not under bhd.lock. */
void bhd_events_stop(void)
{
	if (has_doorbell)
		bhd_arch_doorbell_stop();
	else
		cancel_delayed_work_sync(&poll);
}
