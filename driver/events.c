// SPDX-License-Identifier: GPL-2.0
/*
 * Events: the hypervisor rings the root doorbell, an SPI, when a cell printed,
 * changed its state or a message was written. The interrupt's thread looks at
 * every cell and wakes who polls. Without a doorbell it looks periodically.
 */

#include <linux/interrupt.h>
#include <linux/irqdomain.h>
#include <linux/workqueue.h>

#include "driver.h"

#define POLL_MS 50

static unsigned int doorbell_irq; /* Linux's number; 0: none. Under bhd.manage */

static void look_at_cells(void)
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

static irqreturn_t doorbell(int irq, void *cookie)
{
	look_at_cells();
	return IRQ_HANDLED;
}

static void poll_work(struct work_struct *work)
{
	look_at_cells();
	queue_delayed_work(system_wq, to_delayed_work(work), msecs_to_jiffies(POLL_MS));
}

static DECLARE_DELAYED_WORK(poll, poll_work);

/* Counts an event and wakes who waits for one. */
void bhd_events_notify(void)
{
	atomic64_inc(&bhd.events);
	wake_up_all(&bhd.wait);
}

static int start_doorbell(u32 intid, struct bhd_why *why)
{
	unsigned int irq;

	if (bhd_irq_check(intid, why))
		return -EPERM;
	irq = bhd_irq_map_edge(intid);
	if (!irq || request_threaded_irq(irq, NULL, doorbell, IRQF_ONESHOT, BHD_NAME, &bhd))
		return bhd_refuse(why, BH_D_IRQ_BUSY, intid, "not an edge interrupt");
	doorbell_irq = irq;
	return 0;
}

/* @intid: of the root doorbell, or 0: there is none. */
int bhd_events_start(u32 intid, struct bhd_why *why)
{

	if (!intid) {
		queue_delayed_work(system_wq, &poll, 0);
		return 0;
	}
	if (intid < 32 || intid > 1019)
		return bhd_refuse_at(why, BH_E_RANGE, BH_F_PLATFORM,
				     offsetof(struct bh_arm64_platform, root_doorbell), intid);
	return start_doorbell(intid, why);
}

/* No event is being looked at any more when this returns. Not under bhd.lock. */
void bhd_events_stop(void)
{
	if (!doorbell_irq) {
		cancel_delayed_work_sync(&poll);
		return;
	}
	free_irq(doorbell_irq, &bhd);
	irq_dispose_mapping(doorbell_irq);
	doorbell_irq = 0;
}
