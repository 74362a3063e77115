// SPDX-License-Identifier: GPL-2.0
#include "histogram.h"
#include "print.h"

/* Below 64, one bucket for each value; above, 32 buckets for each power of two. */
static unsigned int bucket_of(uint64_t value)
{
	unsigned int shift;

	if (value < 64)
		return value;
	shift = 63 - __builtin_clzll(value) - 5;
	return 64 + (shift - 1) * 32 + (value >> shift) - 32;
}

static uint64_t value_of(unsigned int bucket)
{
	if (bucket < 64)
		return bucket;
	return ((bucket - 64) % 32 + 32ull) << ((bucket - 64) / 32 + 1);
}

void histogram_add(struct histogram *h, uint64_t value)
{
	if (!h->count || value < h->min)
		h->min = value;
	if (!h->count || value > h->max)
		h->max = value;
	h->count++;
	h->bucket[bucket_of(value)]++;
}

uint64_t histogram_at(const struct histogram *h, unsigned int permille)
{
	uint64_t seen = 0;

	for (unsigned int i = 0; i < HISTOGRAM_BUCKETS; i++) {
		seen += h->bucket[i];
		if (seen * 1000 >= h->count * permille && seen)
			return value_of(i) > h->min ? value_of(i) : h->min;
	}
	return 0;
}

void histogram_print(const struct histogram *h)
{
	for (unsigned int i = 0; i < HISTOGRAM_BUCKETS; i++)
		if (h->bucket[i])
			printf("%8lu: %u\n", value_of(i), h->bucket[i]);
}
