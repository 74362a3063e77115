/* SPDX-License-Identifier: GPL-2.0 */
/* Shared memory by its name in the config, and its doorbells. */
#ifndef INMATE_SHARED_H
#define INMATE_SHARED_H

#include <stdbool.h>
#include <stdint.h>

struct shared {
	void *base;
	uint64_t size;
	bool writable;
	unsigned int index;	    /* in the info page */
	unsigned int irq;	    /* of our doorbell; 0: none */
	volatile unsigned int rung; /* interrupts so far */
	unsigned int seen;	    /* of those, by shared_wait() */
};

/*
 * Finds a region; if we have a doorbell for it, listens on the calling CPU. It
 * stays known: shared must not go away. False: the config gives us no such region.
 */
bool shared_open(struct shared *shared, const char *name);

/* Rings all others that have the region: how many, or minus a bh_refusal_code. */
int64_t shared_ring(const struct shared *shared);

/*
 * Sleeps until the region was rung since the last call, or until that time.
 * Uses the timer. Call and return with interrupts disabled. True: it was rung.
 */
bool shared_wait(struct shared *shared, uint64_t until);

#endif
