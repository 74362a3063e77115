// SPDX-License-Identifier: GPL-2.0
/* The core's memory functions and arm64's, renamed, compared with the host's. */
#define memset hyp_memset
#define memcpy hyp_memcpy
#define memcmp hyp_memcmp
#include "../arch/arm64/string.c"
#include "../string.c"
#undef memset
#undef memcpy
#undef memcmp

#include "test.h"
#include <stdlib.h>
#include <string.h>

#define SIZE 512u

static uint8_t ours[SIZE], theirs[SIZE], source[SIZE];

static void fill_random(void)
{
	for (unsigned i = 0; i < SIZE; i++) {
		ours[i] = theirs[i] = (uint8_t)rand();
		source[i] = (uint8_t)rand();
	}
}

static bool same(void)
{
	return memcmp(ours, theirs, SIZE) == 0;
}

/* All small sizes and alignments; adjacent bytes stay unchanged. */
TEST(memory_functions)
{
	srand(1);
	for (unsigned size = 0; size < 200; size++) {
		for (unsigned at = 0; at < 17; at++) {
			unsigned from = (unsigned)rand() % 64;

			fill_random();
			CHECK(hyp_memset(ours + at, (int)size + 250, size) == ours + at);
			memset(theirs + at, (int)size + 250, size);
			CHECK(same());
			CHECK(hyp_memcpy(ours + at, source + from, size) == ours + at);
			memcpy(theirs + at, source + from, size);
			CHECK(same());
			CHECK_EQ(hyp_memcmp(ours + at, theirs + at, size), 0);
		}
	}
}

TEST(comparisons)
{
	CHECK_EQ(hyp_memcmp("abc", "abd", 2), 0);
	CHECK(hyp_memcmp("abc", "abd", 3) < 0);
	CHECK(hyp_memcmp("\xff", "\x01", 1) > 0);
	CHECK_EQ(hyp_memcmp("a", "b", 0), 0);
}
