/* SPDX-License-Identifier: GPL-2.0 */
/* A cell that attacks; see hostile.c. */
#ifndef INMATE_HOSTILE_H
#define INMATE_HOSTILE_H

#include "report.h"
#include <stdint.h>

struct attack {
	const char *name;
	void (*run)(void);
	/*
	 * It comes back by itself if violations are aborts, and its report says
	 * whether it got anywhere: one of those that "attack=all" runs.
	 */
	bool returns;
	const char *what;
};

/* End with an entry without name. */
extern const struct attack attacks[];	   /* for every architecture */
extern const struct attack arch_attacks[]; /* of the architecture */

/* Pseudo-random, from the command line's seed: the same each time. */
uint64_t random64(void);

/* Time for the shutdown request; also beats. False: stop. */
bool keep_going(void);

/* Is any byte of the range the cell's: a region, info page, emulated device? */
bool is_ours(uint64_t address, uint64_t bytes);

/* The same for the interrupt controller that every cell of the architecture has. */
bool is_controller(uint64_t address, uint64_t bytes);
bool overlaps(uint64_t a, uint64_t a_bytes, uint64_t b, uint64_t b_bytes);

#endif
