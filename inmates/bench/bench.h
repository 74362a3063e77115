/* SPDX-License-Identifier: GPL-2.0 */
/* Between the benchmark and an architecture's part of it. */
#ifndef INMATE_BENCH_H
#define INMATE_BENCH_H

#include <stdbool.h>
#include <stdint.h>

struct bench_row {
	const char *name;
	const char
		*list_name; /* instead of name where interrupts come by list registers, or NULL */
	/* One sample, in cycles. i: which one, to vary what should vary. */
	uint64_t (*measure)(unsigned int i);
	/* Why this can't be measured here, or NULL. Called once before the row. */
	const char *(*obstacle)(void);
};

/* Of the architecture; ends with an entry without name. */
extern const struct bench_row bench_rows[];

/* Readies everything that rows need, and prints what a reader has to know. */
void bench_init(void);

/* Sends other CPUs to sleep. */
void bench_end(void);

#endif
