/* SPDX-License-Identifier: GPL-2.0 */
/* The interface between the benchmark and its architecture-specific part. */
#ifndef INMATE_BENCH_H
#define INMATE_BENCH_H

#include <stdbool.h>
#include <stdint.h>

struct bench_row {
	const char *name;
	const char *list_name; /* used instead of name with list registers, or NULL */
	/* Takes sample i and returns its cycles; i varies the timing where needed. */
	uint64_t (*measure)(unsigned int i);
	/* Why the row cannot be measured here, or NULL. Called once before the row. */
	const char *(*obstacle)(void);
};

/* The architecture's rows; the last entry has no name. */
extern const struct bench_row bench_rows[];

/* Prepares all rows and prints BENCH-INFO lines. */
void bench_init(void);

/* Puts the other CPUs to sleep. */
void bench_end(void);

#endif
