// SPDX-License-Identifier: GPL-2.0
#include "selftest_state.h"
#include "cpu.h"
#include "info.h"
#include "psci.h"
#include "selftest.h"
#include "timer.h"
#include <stddef.h>

_Static_assert(offsetof(struct second_cpu, sctlr) == 248, "selftest_second.S");
_Static_assert(offsetof(struct second_cpu, fp) == 256, "selftest_second.S");

#define SCTLR_M_C_I (1u << 0 | 1u << 2 | 1u << 12)

extern const char selftest_second_entry[];

static bool wait_for(struct second_cpu *second)
{
	uint64_t end = clock_now() + clock_hz();

	while (!second->done && clock_now() < end)
		cpu_relax();
	return second->done;
}

/* The CPU sets its flag just before it is off; AFFINITY_INFO reports it a little later. */
static bool goes_off(uint64_t id)
{
	uint64_t end = clock_now() + clock_hz();

	while (psci_call(PSCI_AFFINITY_INFO, id, 0, 0) != 1 && clock_now() < end)
		cpu_relax();
	return psci_call(PSCI_AFFINITY_INFO, id, 0, 0) == 1;
}

void selftest_second_cpu(void)
{
	static struct second_cpu second;
	uint64_t id = info()->cpu_ids[1], any = 0;
	int64_t error;

	if (cpu_count() < 2)
		return;
	error = psci_call(PSCI_CPU_ON, id, (uint64_t)selftest_second_entry, (uint64_t)&second);
	report(!error && wait_for(&second), "second-on", "error %ld", error);
	for (unsigned int i = 0; i < 30; i++)
		any |= second.regs[i];
	expect("second-general", any, 0);
	any = second.fp.fpcr | second.fp.fpsr;
	for (unsigned int i = 0; i < 64; i++)
		any |= second.fp.q[i];
	expect("second-fp", any, 0);
	expect("second-sctlr", second.sctlr & SCTLR_M_C_I, 0);
	report(goes_off(id), "second-off", "id 0x%lx", id);
	error = psci_call(PSCI_CPU_ON, id, (uint64_t)selftest_second_entry, (uint64_t)&second);
	report(!error, "second-again", "error %ld", error);
}
