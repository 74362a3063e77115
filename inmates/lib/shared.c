// SPDX-License-Identifier: GPL-2.0
#include "shared.h"
#include "cpu.h"
#include "hypercall.h"
#include "info.h"
#include "string.h"
#include "timer.h"

static struct shared *opened[BH_MAX_SHARED]; /* by index */

static void on_ring(unsigned int irq)
{
	for (unsigned int i = 0; i < BH_MAX_SHARED; i++)
		if (opened[i] && opened[i]->irq == irq)
			opened[i]->rung++;
}

bool shared_open(struct shared *shared, const char *name)
{
	for (unsigned int i = 0; i < info()->n_shared && i < BH_MAX_SHARED; i++) {
		const struct bh_shared *found = &info()->shared[i];
		const struct bh_region *region = &info()->regions[found->region % BH_MAX_REGIONS];

		if (strcmp(found->name, name))
			continue;
		*shared = (struct shared){
			.base = (void *)region->guest,
			.size = region->size,
			.writable = region->flags & BH_REGION_WRITE,
			.index = i,
			.irq = found->irq ? irq_of_line(found->irq) : 0,
		};
		opened[i] = shared;
		if (shared->irq)
			irq_enable(shared->irq, on_ring);
		return true;
	}
	return false;
}

int64_t shared_ring(const struct shared *shared)
{
	return hypercall(BH_HC_RING, shared->index, 0, 0);
}

/* The interrupt may arrive late, when the timer was set again: the timer is stopped only if it has
 * really expired. */
static void expired(unsigned int irq)
{
	(void)irq;
	if (timer_expired())
		timer_stop();
}

bool shared_wait(struct shared *shared, uint64_t until)
{
	bool rung;

	timer_init(expired);
	timer_set(until);
	while (shared->rung == shared->seen && clock_now() < until)
		cpu_sleep();
	timer_stop();
	rung = shared->rung != shared->seen;
	shared->seen = shared->rung;
	return rung;
}
