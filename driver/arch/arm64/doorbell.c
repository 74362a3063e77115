// SPDX-License-Identifier: GPL-2.0
/* The root doorbell of arm64: an SPI, as an edge-triggered interrupt with a thread. */

#include <linux/interrupt.h>
#include <linux/irqdomain.h>

#include "driver.h"

static unsigned int doorbell_irq; /* Linux's number. Under bhd.manage */

static irqreturn_t doorbell(int irq, void *cookie)
{
	bhd_events_look();
	return IRQ_HANDLED;
}

static int request(u32 intid, struct bhd_why *why)
{
	unsigned int irq;

	if (bhd_irq_check(intid, why))
		return -EPERM;
	irq = bhd_irq_map_edge(intid);
	if (!irq || request_threaded_irq(irq, NULL, doorbell, IRQF_ONESHOT, BHD_NAME, &bhd))
		return bhd_refuse(why, BH_D_IRQ_BUSY, intid, "not an edge interrupt");
	doorbell_irq = irq;
	return 1;
}

/* Gives 1, 0 if the machine has none, or -EPERM. */
int bhd_arch_doorbell_start(const struct bh_system_part *system, struct bhd_why *why)
{
	u32 intid = system->platform.arm64.root_doorbell;

	if (!intid)
		return 0;
	if (intid < 32 || intid > 1019)
		return bhd_refuse_at(why, BH_E_RANGE, BH_F_PLATFORM,
				     offsetof(struct bh_arm64_platform, root_doorbell), intid);
	return request(intid, why);
}

void bhd_arch_doorbell_stop(void)
{
	free_irq(doorbell_irq, &bhd);
	irq_dispose_mapping(doorbell_irq);
}
