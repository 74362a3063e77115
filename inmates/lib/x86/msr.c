// SPDX-License-Identifier: GPL-2.0
#include "msr.h"
#include "insn.h"
#include "probe.h"

struct access {
	uint32_t msr;
	uint64_t value;
};

static void read(void *argument)
{
	struct access *a = argument;

	a->value = rdmsr(a->msr);
}

static void write(void *argument)
{
	const struct access *a = argument;

	wrmsr(a->msr, a->value);
}

bool msr_probe_read(uint32_t msr, uint64_t *value)
{
	struct access access = { .msr = msr };

	if (probe_call(read, &access))
		return true;
	*value = access.value;
	return false;
}

bool msr_probe_write(uint32_t msr, uint64_t value)
{
	struct access access = { .msr = msr, .value = value };

	return probe_call(write, &access);
}
