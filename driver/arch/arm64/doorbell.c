// SPDX-License-Identifier: GPL-2.0
/* The root doorbell of arm64: an SPI, as an edge-triggered interrupt with a thread. */

#include <linux/interrupt.h>
#include <linux/irqdomain.h>

#include "arm64.h"
#include "driver.h"

/* Written under bhd.manage. */
static unsigned int doorbell_irq; /* Linux's number */
static void (*notify)(void);	  /* before the interrupt is requested */

static irqreturn_t doorbell(int irq, void *cookie)
{
	notify();
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

int bhd_arch_doorbell_start(const struct bh_system_part *system, void (*handler)(void),
			    struct bhd_why *why)
{
	u32 intid = system->platform.arm64.root_doorbell;

	if (!intid)
		return 0;
	if (intid < 32 || intid > 1019)
		return bhd_refuse_at(why, BH_E_RANGE, BH_F_PLATFORM,
				     offsetof(struct bh_arm64_platform, root_doorbell), intid);
	notify = handler;
	return request(intid, why);
}

/* The handler is not running any more when this returns. */
void bhd_arch_doorbell_stop(void)
{
	free_irq(doorbell_irq, &bhd);
	irq_dispose_mapping(doorbell_irq);
}
