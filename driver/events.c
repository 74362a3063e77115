// SPDX-License-Identifier: GPL-2.0
/*
 * Events. The hypervisor raises the root doorbell, an interrupt, after console
 * output, a change of a cell's state, a new message, or a ring of shared memory.
 * The handler finds what changed and wakes pollers. Without a doorbell it runs
 * periodically.
 *
 * A cell can ring without a pause. Rings coalesce while the doorbell is pending,
 * and the handler runs at most HANDLED_PER_TICK times in a tick of Linux's clock.
 */

#include <linux/sched.h>
#include <linux/workqueue.h>

#include "arch.h"
#include "driver.h"

#define POLL_MS 50
#define HANDLED_PER_TICK 16

static bool has_doorbell; /* under bhd.manage */
static u32 seen_events;	  /* value of count_events() at the last handling */

static void refresh_cells(void)
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

/* Sums the event counters of all cells. Each only increases, so any event changes the sum. */
static u32 count_events(void)
{
	u32 id, sum = 0;

	for (id = 0; id < BH_MAX_CELLS; id++)
		sum += smp_load_acquire(&bhd.rings->of[id].events);
	return sum;
}

/* Sleeps for a tick after HANDLED_PER_TICK calls in one tick. Rings that arrive meanwhile are
 * handled as one. Only one thread may call this function. */
static void bound_rate(void)
{
	static unsigned long tick;
	static unsigned int handled;

	if (tick != jiffies)
		handled = 0;
	tick = jiffies;
	if (++handled >= HANDLED_PER_TICK)
		schedule_timeout_uninterruptible(1);
}

/* Runs in one thread at a time. May sleep. */
static void handle_events(void)
{
	u32 now;

	down_read(&bhd.lock);
	if (bhd.state != BH_DRIVER_DISABLED) {
		bhd_shm_deliver_rings();
		now = count_events();
		if (now != seen_events)
			refresh_cells();
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

/* Counts an event and wakes all waiters. */
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

/* Stops events. When this returns, the handler does not run any more. Not under bhd.lock, which the
 * handler takes. */
void bhd_events_stop(void)
{
	if (has_doorbell)
		bhd_arch_doorbell_stop();
	else
		cancel_delayed_work_sync(&poll);
}
