/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Layout of the counter example's shared memory. Two sides count together: each
 * writes only its own slot, increments it to one beyond the other's number, and
 * rings.
 */
#ifndef COUNTER_H
#define COUNTER_H

#include <stdbool.h>
#include <stdint.h>

/* Each slot is in a separate cache line. */
struct counter {
	struct {
		uint64_t count;
		uint64_t pad[7];
	} side[2];
};

/* If it is this side's turn, counts and returns true. Side 0 starts. */
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
