// SPDX-License-Identifier: GPL-2.0
/* x86's memory functions, renamed, compared with the host's. */
#define memset hyp_memset
#define memcpy hyp_memcpy
#include "../../arch/x86/string.c"
#undef memset
#undef memcpy

#include "test.h"
#include <stdlib.h>
#include <string.h>

#define SIZE 256u

static uint8_t ours[SIZE], theirs[SIZE], source[SIZE];

/* All small sizes and alignments; adjacent bytes stay unchanged. */
TEST(string_instructions)
{
	srand(1);
	for (unsigned size = 0; size < 64; size++) {
		for (unsigned at = 0; at < 17; at++) {
			unsigned from = (unsigned)rand() % 64;

			for (unsigned i = 0; i < SIZE; i++)
				source[i] = (uint8_t)rand();
			CHECK(hyp_memset(ours + at, (int)size + 250, size) == ours + at);
			memset(theirs + at, (int)size + 250, size);
			CHECK(!memcmp(ours, theirs, SIZE));
			CHECK(hyp_memcpy(ours + at, source + from, size) == ours + at);
			memcpy(theirs + at, source + from, size);
			CHECK(!memcmp(ours, theirs, SIZE));
		}
	}
}
