/* SPDX-License-Identifier: GPL-2.0 */
/* A histogram of 64-bit values: exact below 64, with a resolution of 1/32 above. */
#ifndef INMATE_HISTOGRAM_H
#define INMATE_HISTOGRAM_H

#include <stdint.h>

#define HISTOGRAM_BUCKETS (64 + 58 * 32)

/* An all-zero structure is an empty histogram. */
struct histogram {
	uint64_t count;
	uint64_t min, max; /* exact; valid if count is not 0 */
	uint32_t bucket[HISTOGRAM_BUCKETS];
};

void histogram_add(struct histogram *h, uint64_t value);

/*
 * Returns the quantile at permille/1000 (500: the median), rounded down to the
 * start of its bucket; 0 for an empty histogram.
 */
uint64_t histogram_at(const struct histogram *h, unsigned int permille);

/* Prints each non-empty bucket as a line "value: count". */
void histogram_print(const struct histogram *h);

#endif
