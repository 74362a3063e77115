// SPDX-License-Identifier: GPL-2.0
/* PSCI of guests: functions, forms of 32 and 64 bits, arguments, states of CPUs. */
#include "../test.h"
#include <arch/psci.h>
#include <hyp/cell.h>
#include <hyp/resource.h>
#include <string.h>
#include "firmware_model.h"
#include "gic_model.h"

#define CELL 2u /* the cell has CPUs 2 and 3 */
#define OTHER 3u
#define WIDE PSCI_64
#define GARBAGE 0xdead00000000ull

static const uint32_t irqs[] = { 27, 1, 0, 0 };

static struct guest_regs regs;

static void start(void)
{
	model_start(BH_IRQ_LIST, 4);
	model_create(BIT(CELL) | BIT(OTHER), BH_IRQ_LIST, irqs);
	memset(&firmware, 0, sizeof(firmware));
	model_run_as(CELL);
}

static int64_t call(uint32_t function, uint64_t a1, uint64_t a2, uint64_t a3)
{
	regs = (struct guest_regs){ .x = { function, a1, a2, a3 } };
	CHECK(model_call(model_cpu(CELL), &regs, true));
	CHECK_EQ(firmware.calls, 0);
	return (int64_t)regs.x[0];
}

TEST(cpu_on_by_state)
{
	static const struct {
		enum cpu_state state;
		bool refuses;
		int64_t result;
	} cases[] = {
		{ CPU_OFF, false, PSCI_SUCCESS },	 { CPU_OFF, true, PSCI_ON_PENDING },
		{ CPU_CLAIMED, true, PSCI_ON_PENDING },	 { CPU_STARTING, false, PSCI_ON_PENDING },
		{ CPU_RUNNING, false, PSCI_ALREADY_ON }, { CPU_LOST, false, PSCI_INTERNAL_FAILURE },
	};

	start();
	for (unsigned i = 0; i < ARRAY_SIZE(cases); i++) {
		model_cpu(OTHER)->public.state = cases[i].state;
		firmware.refuses_start = cases[i].refuses;
		CHECK_EQ(call(PSCI_CPU_ON | WIDE, OTHER, 0x1000, 5), cases[i].result);
	}
}

TEST(cpu_on_of_32_bits_has_arguments_of_32_bits)
{
	start();
	CHECK_EQ(call(PSCI_CPU_ON, GARBAGE | OTHER, GARBAGE | 0x1000, GARBAGE | 5), 0);
	CHECK_EQ(firmware.entry, 0x1000);
	CHECK_EQ(firmware.argument, 5);
	CHECK_EQ(call(PSCI_CPU_ON | WIDE, OTHER, GARBAGE | 0x1000, GARBAGE | 5), 0);
	CHECK_EQ(firmware.entry, GARBAGE | 0x1000);
	CHECK_EQ(firmware.argument, GARBAGE | 5);
}

TEST(cpus_of_others_and_of_nobody)
{
	static const uint64_t targets[] = { 0, 1, 4, OTHER | BIT(31), OTHER | BIT(40), ~0ull };

	start();
	for (unsigned i = 0; i < ARRAY_SIZE(targets); i++) {
		CHECK_EQ(call(PSCI_CPU_ON | WIDE, targets[i], 0x1000, 0), PSCI_INVALID_PARAMETERS);
		CHECK_EQ(call(PSCI_AFFINITY_INFO | WIDE, targets[i], 0, 0),
			 PSCI_INVALID_PARAMETERS);
	}
	CHECK_EQ(firmware.starts, 0);
}

TEST(affinity_info_by_state)
{
	static const struct {
		enum cpu_state state;
		bool off;
		int64_t result;
	} cases[] = {
		{ CPU_OFF, true, AFFINITY_OFF },     { CPU_OFF, false, AFFINITY_ON },
		{ CPU_CLAIMED, true, AFFINITY_OFF }, { CPU_STARTING, false, AFFINITY_ON_PENDING },
		{ CPU_RUNNING, false, AFFINITY_ON }, { CPU_LOST, false, AFFINITY_ON },
	};

	start();
	for (unsigned i = 0; i < ARRAY_SIZE(cases); i++) {
		model_cpu(OTHER)->public.state = cases[i].state;
		firmware.reports_off = cases[i].off;
		CHECK_EQ(call(PSCI_AFFINITY_INFO, OTHER, GARBAGE, 0), cases[i].result);
	}
	CHECK_EQ(call(PSCI_AFFINITY_INFO, OTHER, 1, 0), PSCI_INVALID_PARAMETERS);
}

/* Standby is a right answer to any state that a device tree may list (DEN0022 5.4.5). */
TEST(cpu_suspend_waits_in_any_state)
{
	static const uint32_t states[] = { 0, 0x1, 0x10000, 0x1010000, 0x40000003, 0xffffffff };

	start();
	for (unsigned i = 0; i < ARRAY_SIZE(states); i++) {
		CHECK_EQ(call(PSCI_CPU_SUSPEND, states[i], 0x1000, 0), PSCI_SUCCESS);
		CHECK_EQ(call(PSCI_CPU_SUSPEND | WIDE, states[i], 0x1000, 0), PSCI_SUCCESS);
		CHECK_EQ(firmware.waits, 2 * (i + 1));
	}
}

TEST(calls_that_do_not_return)
{
	static const struct {
		uint64_t function;
		unsigned *count;
	} cases[] = {
		{ PSCI_CPU_OFF, &firmware.offs },
		{ GARBAGE << 4 | PSCI_SYSTEM_OFF, &firmware.stops },
		{ PSCI_SYSTEM_OFF, &firmware.stops },
		{ PSCI_SYSTEM_RESET, &firmware.resets },
		{ PSCI_SYSTEM_RESET2, &firmware.resets },
		{ PSCI_SYSTEM_RESET2 | WIDE, &firmware.resets },
	};

	start();
	for (unsigned i = 0; i < ARRAY_SIZE(cases); i++) {
		struct guest_regs these = { .x = { cases[i].function } };

		*cases[i].count = 0;
		CHECK(!model_call(model_cpu(CELL), &these, true));
		CHECK_EQ(*cases[i].count, 1);
	}
	CHECK_EQ(firmware.calls, 0);
}

/* Functions that have only a form of 32 bits, that are optional, and that nobody has defined. */
TEST(not_supported)
{
	static const uint32_t functions[] = {
		PSCI_VERSION | WIDE,
		PSCI_CPU_OFF | WIDE,
		0x84000005,
		0xc4000005,
		0x84000007,
		PSCI_MIGRATE_INFO_TYPE | WIDE,
		0xc4000007,
		PSCI_SYSTEM_OFF | WIDE,
		PSCI_SYSTEM_RESET | WIDE,
		PSCI_FEATURES | WIDE,
		0x8400000b,
		0x8400000c,
		0x8400000d,
		0x8400000e,
		0xc400000e,
		0x8400000f,
		0x84000010,
		0x84000013,
		0x8400001f,
		0xc400001f,
		0x84000020,
		0xc4000021,
		0x8400003f,
	};

	start();
	for (unsigned i = 0; i < ARRAY_SIZE(functions); i++) {
		CHECK_EQ(call(functions[i], OTHER, 0x1000, 0), PSCI_NOT_SUPPORTED);
		CHECK_EQ(call(PSCI_FEATURES, functions[i], 0, 0), PSCI_NOT_SUPPORTED);
	}
	CHECK_EQ(firmware.starts + firmware.offs + firmware.waits, 0);
}

TEST(features)
{
	static const uint32_t functions[] = {
		PSCI_VERSION,	    PSCI_CPU_SUSPEND,
		PSCI_CPU_OFF,	    PSCI_CPU_ON,
		PSCI_AFFINITY_INFO, PSCI_MIGRATE_INFO_TYPE,
		PSCI_SYSTEM_OFF,    PSCI_SYSTEM_RESET,
		PSCI_FEATURES,	    PSCI_CPU_SUSPEND | WIDE,
		PSCI_CPU_ON | WIDE, PSCI_AFFINITY_INFO | WIDE,
		SMCCC_VERSION,
	};

	start();
	for (unsigned i = 0; i < ARRAY_SIZE(functions); i++)
		CHECK_EQ(call(PSCI_FEATURES, GARBAGE << 4 | functions[i], 0, 0), PSCI_SUCCESS);
}

/* ---- CPU_ON by the hypervisor ---- */

TEST(cpu_on_waits_for_firmware_that_is_not_ready)
{
	static const struct {
		int64_t answer;
		unsigned times;
		bool starts;
		unsigned calls;
	} cases[] = {
		{ PSCI_SUCCESS, 0, true, 1 },
		{ PSCI_ALREADY_ON, 5, true, 6 },
		{ PSCI_ON_PENDING, 10, true, 11 },
		{ PSCI_ON_PENDING, 1000, false, 20 }, /* for ever: 20 ms */
		{ PSCI_INTERNAL_FAILURE, 1, false, 1 },
		{ PSCI_INVALID_PARAMETERS, 1, false, 1 },
	};

	start();
	for (unsigned i = 0; i < ARRAY_SIZE(cases); i++) {
		firmware.calls = 0;
		firmware.not_ready = cases[i].times;
		firmware.not_ready_answer = cases[i].answer;
		CHECK_EQ(firmware_cpu_on(OTHER, 0x1000, 7), cases[i].starts);
		CHECK_EQ(firmware.calls, cases[i].calls);
		CHECK_EQ(firmware.x[0], PSCI_CPU_ON | WIDE);
		CHECK_EQ(firmware.x[3], 7);
	}
}
