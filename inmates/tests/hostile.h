/* SPDX-License-Identifier: GPL-2.0 */
/* Attacks; see hostile.c. */
#ifndef INMATE_HOSTILE_H
#define INMATE_HOSTILE_H

#include "report.h"
#include <stdint.h>

struct attack {
	const char *name;
	void (*run)(void);
	/*
	 * The attack returns if violations raise aborts, and reports whether it
	 * succeeded. "attack=all" runs all such attacks.
	 */
	bool returns;
	const char *what;
};

/* The last entry has no name. */
extern const struct attack attacks[];	   /* for every architecture */
extern const struct attack arch_attacks[]; /* of the architecture */

/* Pseudo-random values, reproducible from the command line's seed. */
uint64_t random64(void);

/* Counts a heartbeat; returns false if shutdown is requested. */
bool keep_going(void);

/* Whether any byte of the range belongs to the cell: a region, info page or emulated device. */
bool is_ours(uint64_t address, uint64_t bytes);

/* Whether any byte of the range belongs to the cell's emulated interrupt controller. */
bool is_controller(uint64_t address, uint64_t bytes);
bool overlaps(uint64_t a, uint64_t a_bytes, uint64_t b, uint64_t b_bytes);

#endif
