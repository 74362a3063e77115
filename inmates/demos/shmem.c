// SPDX-License-Identifier: GPL-2.0
/*
 * Two cells (or a cell and root) count together in shared memory: each side
 * writes only its own slot, and increments it when the other side has caught
 * up.
 *
 *   side=0|1     this program's slot (default 0)
 *   region=N     index of the shared region (default 0)
 *   count=N      end after N (default 0: at the shutdown request)
 *   seconds=N    give up waiting for the other side after N (default 0: never)
 */
#include "args.h"
#include "cpu.h"
#include "heartbeat.h"
#include "info.h"
#include "print.h"
#include "timer.h"

/* One side's slot, in a separate cache line; slot n is at n * sizeof. */
struct slot {
	volatile uint64_t count;
	uint64_t pad[7];
};

/* Increments our slot when the other side's slot has reached our count. */
static void step(struct slot *ours, const struct slot *theirs)
{
	if (__atomic_load_n(&theirs->count, __ATOMIC_ACQUIRE) < ours->count)
		return;
	__atomic_store_n(&ours->count, ours->count + 1, __ATOMIC_RELEASE);
	heartbeat_beat();
}

static void count(struct slot *ours, const struct slot *theirs)
{
	uint64_t until = args_get_u64("count", 0), seconds = args_get_u64("seconds", 0);
	uint64_t next = clock_now() + clock_hz(), end = clock_now() + seconds * clock_hz();

	while (!shutdown_requested() && !(until && ours->count >= until)) {
		step(ours, theirs);
		cpu_relax();
		if (clock_now() >= next) {
			next += clock_hz();
			printf("shmem: we are at %lu, they at %lu\n", ours->count, theirs->count);
		}
		if (seconds && clock_now() >= end)
			break;
	}
	printf("shmem: done, we are at %lu, they at %lu\n", ours->count, theirs->count);
}

int main(void)
{
	const struct bh_region *region = info_region(BH_REGION_SHARED, args_get_u64("region", 0));
	uint64_t side = args_get_u64("side", 0) & 1;
	struct slot *slots;

	mmu_enable(); /* the shared memory must be cached here, as on the other side */
	irq_init();
	if (!region) {
		printf("shmem: the config gives this cell no shared memory\n");
		finish();
	}
	printf("shmem: side %lu, region at 0x%lx, %lu KiB\n", side, region->guest,
	       region->size / 1024);
	if (!(region->flags & BH_REGION_WRITE)) {
		printf("shmem: the region is read-only here\n");
		finish();
	}
	slots = (struct slot *)region->guest;
	count(&slots[side], &slots[!side]);
	finish();
}
