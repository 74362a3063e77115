// SPDX-License-Identifier: GPL-2.0
/*
 * Events: the hypervisor rings the root doorbell, an interrupt, when a cell
 * printed, changed its state, a message was written, or a cell rings for shared
 * memory. Then what changed is looked at and who polls is woken. Without a
 * doorbell that happens periodically.
 *
 * A cell can ring without a pause. That is one pending bit, and it is only
 * looked at so many times in a tick of Linux's clock.
 */

#include <linux/sched.h>
#include <linux/workqueue.h>

#include "arch.h"
#include "driver.h"

#define POLL_MS 50
#define LOOKS_A_TICK 16

static bool has_doorbell; /* under bhd.manage */
static u32 seen_events;	  /* of this enable */

static void look_at_cells(void)
{
	u32 id;

	for (id = 1; id < BH_MAX_CELLS; id++) {
		if (!bhd.cells[id])
			continue;
		bhd_console_drain(bhd.cells[id]);
		bhd_cell_refresh(bhd.cells[id]);
	}
	bhd_events_notify();
}

/* How often cells had something new, in all: it only goes up. */
static u32 count_events(void)
{
	u32 id, sum = 0;

	for (id = 0; id < BH_MAX_CELLS; id++)
		sum += smp_load_acquire(&bhd.rings->of[id].events);
	return sum;
}

/* The caller is the only one; while it sleeps the interrupt stays masked. */
static void bound_rate(void)
{
	static unsigned long tick;
	static unsigned int looks;

	if (tick != jiffies)
		looks = 0;
	tick = jiffies;
	if (++looks >= LOOKS_A_TICK)
		schedule_timeout_uninterruptible(1);
}

/* By one caller at a time. May sleep. */
static void handle_events(void)
{
	u32 now;

	down_read(&bhd.lock);
	if (bhd.state != BH_DRIVER_DISABLED) {
		bhd_shm_deliver_rings();
		now = count_events();
		if (now != seen_events)
			look_at_cells();
		seen_events = now;
	}
	up_read(&bhd.lock);
	bound_rate();
}

static void poll_work(struct work_struct *work)
{
	handle_events();
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
	int result;

	seen_events = 0;
	result = bhd_arch_doorbell_start(system, handle_events, why);
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
