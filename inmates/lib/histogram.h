/* SPDX-License-Identifier: GPL-2.0 */
/* A histogram of 64-bit values: exact below 64, to 1/32 of the value above. */
#ifndef INMATE_HISTOGRAM_H
#define INMATE_HISTOGRAM_H

#include <stdint.h>

#define HISTOGRAM_BUCKETS (64 + 58 * 32)

/* All zero is an empty histogram. */
struct histogram {
	uint64_t count;
	uint64_t min, max; /* exact; valid if count is not 0 */
	uint32_t bucket[HISTOGRAM_BUCKETS];
};

void histogram_add(struct histogram *h, uint64_t value);

/*
 * The value that "permille" of the values don't exceed (500: the median),
 * rounded down to its bucket. 0 if there are none.
 */
uint64_t histogram_at(const struct histogram *h, unsigned int permille);

/* Prints the buckets that aren't empty, "value: count" a line. */
void histogram_print(const struct histogram *h);

#endif
