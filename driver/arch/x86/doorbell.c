// SPDX-License-Identifier: GPL-2.0
/*
 * The root doorbell of x86-64: a pin of an I/O APIC that no device is wired to, as an
 * edge-triggered interrupt with a thread. The hypervisor sends the message that the pin's entry
 * describes, so a masked pin would lose it: IRQF_ONESHOT is not used.
 */

#include <linux/acpi.h>
#include <linux/interrupt.h>

#include "arch.h"

/* Written under bhd.manage. */
static unsigned int doorbell_irq; /* Linux's number */
static u32 doorbell_gsi;
static void (*notify)(void); /* before the interrupt is requested */

static irqreturn_t doorbell(int irq, void *cookie)
{
	return IRQ_WAKE_THREAD;
}

static irqreturn_t doorbell_thread(int irq, void *cookie)
{
	notify();
	return IRQ_HANDLED;
}

int bhd_arch_doorbell_start(const struct bh_system_part *system, void (*handler)(void),
			    struct bhd_why *why)
{
	u32 gsi = system->platform.x86.root_doorbell;
	int irq;

	if (!gsi)
		return 0;
	irq = acpi_register_gsi(NULL, gsi, ACPI_EDGE_SENSITIVE, ACPI_ACTIVE_HIGH);
	if (irq <= 0)
		return bhd_refuse_at(why, BH_E_RANGE, BH_F_PLATFORM,
				     offsetof(struct bh_x86_platform, root_doorbell), gsi);
	notify = handler;
	if (request_threaded_irq(irq, doorbell, doorbell_thread, 0, BHD_NAME, &bhd)) {
		acpi_unregister_gsi(gsi);
		return bhd_refuse(why, BH_D_IRQ_BUSY, gsi, "not an edge interrupt");
	}
	doorbell_irq = irq;
	doorbell_gsi = gsi;
	return 1;
}

/* The handler is not running any more when this returns. */
void bhd_arch_doorbell_stop(void)
{
	free_irq(doorbell_irq, &bhd);
	acpi_unregister_gsi(doorbell_gsi);
}
