/* SPDX-License-Identifier: GPL-2.0 */
/* Shared memory, found by its name in the config, and its doorbells. */
#ifndef INMATE_SHARED_H
#define INMATE_SHARED_H

#include <stdbool.h>
#include <stdint.h>

struct shared {
	void *base;
	uint64_t size;
	bool writable;
	unsigned int index;	    /* of the region's entry in the info page's shared[] */
	unsigned int irq;	    /* interrupt of this cell's doorbell; 0: none */
	volatile unsigned int rung; /* doorbell interrupts taken */
	unsigned int seen;	    /* value of rung at the last shared_wait() */
};

/*
 * Finds a region. If this cell has a doorbell for it, enables its interrupt on
 * the calling CPU; the handler keeps a pointer to *shared. Returns false if the
 * config gives the cell no such region.
 */
bool shared_open(struct shared *shared, const char *name);

/* Rings all other parties. Returns how many were rung, or minus a bh_refusal_code. */
int64_t shared_ring(const struct shared *shared);

/*
 * Sleeps until a ring since the last call, or until the clock reaches until.
 * Returns true for a ring. Uses the timer. Called and returns with interrupts disabled.
 */
bool shared_wait(struct shared *shared, uint64_t until);

#endif
