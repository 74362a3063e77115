// SPDX-License-Identifier: GPL-2.0
/*
 * The root doorbell of x86-64: the vector that Linux reserves for hypervisors' wake-ups. Kernels
 * that give its handler to KVM alone have no doorbell, and events.c polls.
 */

#include <linux/workqueue.h>

#include <asm/irq.h>
#include <asm/irq_vectors.h>

#include "arch.h"

#ifdef BHD_HAS_WAKEUP

static void (*notify)(void); /* written under bhd.manage, before the handler is set */

static void notify_work(struct work_struct *work)
{
	notify();
}

static DECLARE_WORK(work, notify_work);

static void doorbell(void)
{
	queue_work(system_wq, &work);
}

int bhd_arch_doorbell_start(const struct bh_system_part *system, void (*handler)(void),
			    struct bhd_why *why)
{
	u32 vector = system->platform.x86.root_doorbell;

	if (!vector)
		return 0;
	if (vector != POSTED_INTR_WAKEUP_VECTOR)
		return bhd_refuse_at(why, BH_E_MACHINE, BH_F_PLATFORM,
				     offsetof(struct bh_x86_platform, root_doorbell),
				     POSTED_INTR_WAKEUP_VECTOR);
	notify = handler;
	kvm_set_posted_intr_wakeup_handler(doorbell);
	return 1;
}

/* The handler is not running any more when this returns. */
void bhd_arch_doorbell_stop(void)
{
	kvm_set_posted_intr_wakeup_handler(NULL);
	cancel_work_sync(&work);
}

#else

int bhd_arch_doorbell_start(const struct bh_system_part *system, void (*handler)(void),
			    struct bhd_why *why)
{
	return 0;
}

void bhd_arch_doorbell_stop(void)
{
}

#endif
