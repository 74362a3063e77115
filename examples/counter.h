/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What lies in the shared memory of the counter example. Two sides count
 * together: each has a slot that only it writes, goes one beyond the other's
 * number, and rings.
 */
#ifndef COUNTER_H
#define COUNTER_H

#include <stdbool.h>
#include <stdint.h>

/* Each slot in a cache line of its own. */
struct counter {
	struct {
		uint64_t count;
		uint64_t pad[7];
	} side[2];
};

/* If it is our turn: counts, and gives true. Side 0 begins. */
static inline bool counter_step(struct counter *counter, unsigned int us)
{
	uint64_t ours = counter->side[us].count;
	uint64_t theirs = __atomic_load_n(&counter->side[!us].count, __ATOMIC_ACQUIRE);

	if (theirs < ours + us)
		return false;
	__atomic_store_n(&counter->side[us].count, theirs + 1, __ATOMIC_RELEASE);
	return true;
}

#endif
