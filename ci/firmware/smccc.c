// SPDX-License-Identifier: GPL-2.0
/*
 * Calls from lower exception levels (Arm DEN 0028). What is not PSCI's is recorded: each CPU
 * counts its calls by function and argument, and says so when a count reaches a power of two.
 */
#include <stdbool.h>

#include "console.h"
#include "cpu.h"
#include "garbage.h"
#include "options.h"
#include "psci.h"
#include "smccc.h"

#define SMCCC_ARCH_FEATURES 0x80000001
#define SMCCC_1_1 0x10001
#define NOT_SUPPORTED -1

/* ARCH_WORKAROUND_1, 2 and 3 (DEN 0028 7). Only the second one has an argument. */
static const uint32_t workarounds[] = { 0x80008000, 0x80007fff, 0x80003fff };
#define WORKAROUNDS (sizeof(workarounds) / sizeof(workarounds[0]))
#define WORKAROUND_WITH_ARGUMENT 1

/* Kinds of calls that a CPU counts; the last entry counts all that do not fit. */
#define KINDS 64

struct kind {
	uint32_t function;
	uint64_t x1;
	uint64_t count;
};

static struct kind kinds[MAX_CPUS][KINDS]; /* each CPU uses its own */

/* Returns the index of a function in workarounds[], or WORKAROUNDS. */
static unsigned int workaround_of(uint32_t function)
{
	unsigned int n = 0;

	while (n < WORKAROUNDS && workarounds[n] != function)
		n++;
	return n;
}

static bool is_offered(uint32_t function)
{
	unsigned int n = workaround_of(function);

	return n < WORKAROUNDS && option(OPT_WORKAROUNDS) >> n & 1;
}

static void record(uint32_t function, uint64_t x1)
{
	unsigned int cpu = cpu_self(), workaround = workaround_of(function);
	struct kind *kind = kinds[cpu];

	if (workaround < WORKAROUNDS && workaround != WORKAROUND_WITH_ARGUMENT)
		x1 = 0;
	while (kind->count && (kind->function != function || kind->x1 != x1) &&
	       kind < &kinds[cpu][KINDS - 1])
		kind++;
	kind->function = function;
	kind->x1 = x1;
	kind->count++;
	if (!(kind->count & (kind->count - 1)))
		say("call", 4, "function", (uint64_t)function, "x1", x1, "cpu", (uint64_t)cpu,
		    "count", kind->count);
}

static int64_t features(uint32_t function)
{
	switch (function) {
	case SMCCC_VERSION:
	case SMCCC_ARCH_FEATURES:
		return 0;
	default:
		return is_offered(function) ? 0 : NOT_SUPPORTED;
	}
}

static int64_t answer(uint32_t function, uint64_t x1)
{
	if (option(OPT_CLOBBER)) /* version 1.0 has none of these */
		return NOT_SUPPORTED;
	switch (function) {
	case SMCCC_VERSION:
		return SMCCC_1_1;
	case SMCCC_ARCH_FEATURES:
		return features(x1);
	default:
		return is_offered(function) ? 0 : NOT_SUPPORTED;
	}
}

void smccc_call(struct context *context)
{
	uint32_t function = context->x[0];

	if (psci_owns(function)) {
		context->x[0] = psci_call(context);
	} else {
		record(function, context->x[1]);
		context->x[0] = answer(function, context->x[1]);
	}
	if (option(OPT_CLOBBER))
		for (int i = 4; i < 18; i++)
			context->x[i] = garbage();
}
