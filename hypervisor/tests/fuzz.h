/* SPDX-License-Identifier: GPL-2.0 */
/* For fuzzers: the functions of test.h; a failure crashes, so that the fuzzer keeps the input. */
#ifndef FUZZ_H
#define FUZZ_H

#include "test.h"
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

void test_fail(const char *file, int line, const char *what)
{
	fprintf(stderr, "%s:%d: %s\n", file, line, what);
	abort();
}

void test_equal(const char *file, int line, const char *what, uint64_t a, uint64_t b)
{
	if (a == b)
		return;
	fprintf(stderr, "%#" PRIx64 ", %#" PRIx64 "\n", a, b);
	test_fail(file, line, what);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#endif
