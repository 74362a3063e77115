// SPDX-License-Identifier: GPL-2.0
/*
 * Counts together with another party (root, a Linux or a bare cell) in shared
 * memory; each step rings the doorbell. examples/counter.c is the party for
 * Linux.
 *
 *   region=NAME  the shared region (default bell)
 *   side=0|1     this program's slot (default 0)
 *   count=N      end at N or beyond (default 0: at the shutdown request)
 *   storm        do not count: ring continuously
 */
#include "counter.h"
#include "args.h"
#include "cpu.h"
#include "heartbeat.h"
#include "info.h"
#include "print.h"
#include "shared.h"
#include "timer.h"

#define NAME_BYTES 32

static void storm(const struct shared *shared)
{
	while (!shutdown_requested()) {
		shared_ring(shared);
		heartbeat_beat();
	}
}

static void count(struct shared *shared, unsigned int us)
{
	struct counter *counter = shared->base;
	uint64_t until = args_get_u64("count", 0);
	unsigned int rings = 0;

	while (!shutdown_requested() && !(until && counter->side[us].count >= until)) {
		if (counter_step(counter, us)) {
			shared_ring(shared);
			heartbeat_beat();
		} else {
			/* The time-out lets the loop check for the shutdown request. */
			rings += shared_wait(shared, clock_now() + clock_from_us(10000));
		}
	}
	printf("counter: done, we are at %lu, they at %lu, rung %u times\n",
	       counter->side[us].count, counter->side[!us].count, rings);
}

int main(void)
{
	static struct shared shared;
	char name[NAME_BYTES] = "bell";

	mmu_enable(); /* the shared memory must be cached here, as in the other party */
	irq_init();
	if (args_has("region"))
		args_get("region", name, sizeof(name));
	if (!shared_open(&shared, name) || !shared.writable) {
		printf("counter: the config gives this cell no writable region '%s'\n", name);
		finish();
	}
	printf("counter: region %s at %p, %lu KiB, doorbell %u\n", name, shared.base,
	       shared.size / 1024, shared.irq);
	if (args_has("storm"))
		storm(&shared);
	else
		count(&shared, args_get_u64("side", 0) & 1);
	finish();
}
