// SPDX-License-Identifier: GPL-2.0
/* Which firmware calls of root and of cells reach the firmware, and with which registers. */
#include "../test.h"
#include <arch/psci.h>
#include <hyp/cell.h>
#include <hyp/resource.h>
#include <string.h>
#include "firmware_model.h"
#include "gic_model.h"

#define ROOT 0u /* CPU of root */
#define CELL 2u /* CPU of the cell */
#define NOT_SUPPORTED (~0ull)

static const uint32_t irqs[] = { 27, 1, 0, 0 };

static void start(void)
{
	struct bh_refusal r;
	struct cell *cell;

	model_start(BH_IRQ_LIST, 4);
	cell = model_cell(BIT(CELL), BH_IRQ_LIST, irqs);
	CHECK(classes_validate(cell, &r));
	cells[1] = cell;
	model_grant(cell);
	memset(&firmware, 0, sizeof(firmware));
}

/* The guest's registers: each has a value of its own. */
static struct guest_regs registers(uint64_t function)
{
	struct guest_regs regs = { .x = { function } };

	for (unsigned i = 1; i < 31; i++)
		regs.x[i] = 0xabcd000000000000 + i;
	return regs;
}

static struct guest_regs call(unsigned cpu, uint64_t function, bool smc)
{
	struct guest_regs regs = registers(function);

	firmware.calls = 0;
	CHECK(model_call(model_cpu(cpu), &regs, smc));
	return regs;
}

static bool passes(uint32_t function)
{
	struct guest_regs regs = call(ROOT, function, true);

	if (!firmware.calls)
		CHECK_EQ(regs.x[0], NOT_SUPPORTED);
	return firmware.calls;
}

TEST(all_registers_of_root_go_there_and_back)
{
	struct guest_regs regs;

	start();
	for (unsigned i = 0; i < 18; i++)
		firmware.results[i] = 0x100 + i;
	regs = call(ROOT, 0x82000001, true);
	CHECK_EQ(firmware.calls, 1);
	CHECK_EQ(firmware.x[0], 0x82000001);
	for (unsigned i = 1; i < 18; i++)
		CHECK_EQ(firmware.x[i], registers(0).x[i]);
	for (unsigned i = 0; i < 18; i++)
		CHECK_EQ(regs.x[i], 0x100 + i);
	for (unsigned i = 18; i < 31; i++)
		CHECK_EQ(regs.x[i], registers(0).x[i]);
}

static void check_workaround(unsigned cpu, bool smc, uint32_t function, uint64_t argument)
{
	struct guest_regs regs = call(cpu, function, smc);

	CHECK_EQ(firmware.calls, 1);
	CHECK_EQ(firmware.x[0], function);
	CHECK_EQ(firmware.x[1], argument);
	for (unsigned i = 2; i < 18; i++)
		CHECK_EQ(firmware.x[i], 0);
	CHECK_EQ(regs.x[0], 0);
	CHECK(!memcmp(&regs.x[1], &registers(0).x[1], 30 * sizeof(regs.x[0])));
}

TEST(workarounds_have_exactly_their_argument)
{
	start();
	for (unsigned i = 0; i < 4; i++) {
		unsigned cpu = i & 1 ? CELL : ROOT;
		bool smc = i & 2;

		check_workaround(cpu, smc, SMCCC_ARCH_WORKAROUND_1, 0);
		check_workaround(cpu, smc, SMCCC_ARCH_WORKAROUND_2, 1); /* w1 */
		check_workaround(cpu, smc, SMCCC_ARCH_WORKAROUND_3, 0);
		check_workaround(cpu, smc, SMCCC_ARCH_WORKAROUND_4, 0);
	}
}

TEST(workaround_2_can_be_switched_off)
{
	struct guest_regs regs = { .x = { SMCCC_ARCH_WORKAROUND_2 | SMCCC_SVE_HINT, 0xf00000000 } };

	start();
	firmware.x[1] = 1;
	CHECK(model_call(model_cpu(CELL), &regs, false));
	CHECK_EQ(firmware.x[0], SMCCC_ARCH_WORKAROUND_2);
	CHECK_EQ(firmware.x[1], 0);
}

/* [first, last] in steps of `step` passes, or not. */
struct range {
	uint32_t first, last, step;
	bool passes;
};

static const struct range ranges[] = {
	{ 0x00000004, 0x0000ffff, 0x7ff, false }, /* numbers before the convention */
	{ 0x01000000, 0x01ffffff, 0xfffff, false },
	{ 0x02000000, 0x7fffffff, 0xffffff, true }, /* yielding, of a trusted OS */
	{ 0x32000000, 0x3200ffff, 0x1, true },	    /* OP-TEE's */
	{ 0x80000002, 0x80000003, 1, true },	    /* SOC_ID, FEATURE_AVAILABILITY */
	{ 0x80000005, 0x80003ffe, 1, false },
	{ 0x80008001, 0x8000ffff, 1, false },
	{ 0xc0000000, 0xc0000001, 1, false },
	{ 0xc0000002, 0xc0000003, 1, true },
	{ 0xc0000004, 0xc000ffff, 1, false },
	{ 0x81000000, 0x8100ffff, 1, false }, /* CPU services */
	{ 0xc1000000, 0xc100ffff, 1, false },
	{ 0x82000000, 0x8200001f, 1, true }, /* SiP */
	{ 0x82000020, 0x82000020, 1, false },
	{ 0x82000021, 0x820001ff, 1, true },
	{ 0x82000200, 0x82000200, 1, false },
	{ 0x82000201, 0x8200ffff, 1, true },
	{ 0x82020000, 0x82ffffff, 0x20000, false }, /* bits that must be zero */
	{ 0xc2000020, 0xc2000020, 1, false },
	{ 0xc2000021, 0xc20001ff, 1, true },
	{ 0xc2000200, 0xc2000200, 1, false },
	{ 0x83000000, 0x8300ffff, 1, true }, /* OEM */
	{ 0xc3000000, 0xc300ffff, 1, true },
	{ 0x84000013, 0x8400003f, 1, false }, /* PSCI that isn't emulated, SDEI */
	{ 0xc4000020, 0xc400003f, 1, false },
	{ 0x84000040, 0x84000041, 1, true }, /* MM */
	{ 0x84000042, 0x8400004f, 1, false },
	{ 0xc4000040, 0xc4000040, 1, false },
	{ 0xc4000041, 0xc4000041, 1, true },
	{ 0x84000050, 0x84000053, 1, true }, /* TRNG */
	{ 0x84000054, 0x8400005f, 1, false },
	{ 0xc4000050, 0xc4000052, 1, false },
	{ 0xc4000053, 0xc4000053, 1, true },
	{ 0x84000060, 0x84000062, 1, false }, /* FF-A: ERROR, SUCCESS, INTERRUPT */
	{ 0x84000063, 0x84000065, 1, true },  /* VERSION, FEATURES, RX_RELEASE */
	{ 0x84000066, 0x84000066, 1, false }, /* RXTX_MAP */
	{ 0xc4000066, 0xc4000066, 1, false },
	{ 0x84000067, 0x84000069, 1, true },
	{ 0x8400006a, 0x8400006c, 1, false },
	{ 0x8400006d, 0x8400006d, 1, true }, /* RUN */
	{ 0x8400006f, 0x8400006f, 1, true }, /* MSG_SEND_DIRECT_REQ */
	{ 0xc400006f, 0xc400006f, 1, true },
	{ 0x84000070, 0x84000076, 1, false }, /* MEM_DONATE, LEND, SHARE, RETRIEVE, RELINQUISH */
	{ 0xc4000070, 0xc4000076, 1, false },
	{ 0x84000077, 0x84000077, 1, true },  /* MEM_RECLAIM */
	{ 0x84000078, 0x8400007c, 1, false }, /* fragments, NORMAL_WORLD_RESUME */
	{ 0x8400007d, 0x84000083, 1, true },  /* notifications */
	{ 0x84000087, 0x84000089, 1, false }, /* SECONDARY_EP_REGISTER, MEM_PERM_* */
	{ 0xc4000087, 0xc4000087, 1, false },
	{ 0xc400008a, 0xc400008b, 1, true },
	{ 0xc400008d, 0xc400008d, 1, true }, /* MSG_SEND_DIRECT_REQ2 */
	{ 0xc400008c, 0xc400008c, 1, false },
	{ 0x8400008b, 0x840000ef, 1, false },
	{ 0x840000f0, 0x840000f2, 1, true },  /* errata */
	{ 0x840000f3, 0x8400ffff, 1, false }, /* DRTM, PCI, realms (RMI), live activation */
	{ 0xc40000f0, 0xc400ffff, 1, false },
	{ 0x85000000, 0x8500ffff, 0xff, false }, /* hypervisors' */
	{ 0x86000000, 0x8600ffff, 0xff, false },
	{ 0xc6000000, 0xc600ffff, 0xff, false },
	{ 0x87000000, 0x8700ffff, 0xff, false }, /* EL3's vendor */
	{ 0x88000000, 0xafffffff, 0x10001, false },
	{ 0x95c1ba5e, 0x95c1ba61, 1, false },	/* PSCI 0.1, as KVM numbers it */
	{ 0xb0000000, 0xb000ffff, 0xff, true }, /* trusted applications, trusted OS */
	{ 0xbf000000, 0xbf00ffff, 0xff, true },
	{ 0xf0000000, 0xf000ffff, 0xff, true },
};

TEST(calls_of_root_by_range)
{
	start();
	for (unsigned i = 0; i < ARRAY_SIZE(ranges); i++) {
		const struct range *r = &ranges[i];

		for (uint64_t f = r->first; f <= r->last; f += r->step) {
			if ((f & SMCCC_SVE_HINT) && r->passes)
				continue;
			if (passes((uint32_t)f) != r->passes) {
				CHECK_EQ(f, r->passes);
				break;
			}
		}
	}
}

TEST(ranges_that_the_config_keeps_from_root)
{
	static const struct {
		uint32_t flag, function;
	} cases[] = {
		{ BH_SYSTEM_NO_SIP, 0x82000001 },
		{ BH_SYSTEM_NO_SIP, 0xc2000001 },
		{ BH_SYSTEM_NO_SIP, 0x42000601 }, /* a yielding one */
		{ BH_SYSTEM_NO_OEM, 0x83000001 },
		{ BH_SYSTEM_NO_OEM, 0xc3000001 },
		{ BH_SYSTEM_NO_TRUSTED_OS, 0xb0000000 },
		{ BH_SYSTEM_NO_TRUSTED_OS, 0x32000004 },
		{ BH_SYSTEM_NO_TRUSTED_OS, 0xbf00ff01 },
		{ 0, SMCCC_ARCH_SOC_ID },
		{ 0, 0x84000050 },
	};
	uint32_t all = BH_SYSTEM_NO_SIP | BH_SYSTEM_NO_OEM | BH_SYSTEM_NO_TRUSTED_OS;

	start();
	for (unsigned i = 0; i < ARRAY_SIZE(cases); i++) {
		model_system()->flags = cases[i].flag;
		CHECK(passes(cases[i].function) == !cases[i].flag);
		model_system()->flags = all & ~cases[i].flag;
		CHECK(passes(cases[i].function));
	}
}

TEST(nothing_else_of_a_cell)
{
	start();
	for (unsigned i = 0; i < ARRAY_SIZE(ranges); i++) {
		CHECK_EQ(call(CELL, ranges[i].first, true).x[0], NOT_SUPPORTED);
		CHECK_EQ(firmware.calls, 0);
		if (ranges[i].first >> 24 == 0xc6) /* by HVC, these are the hypervisor's */
			continue;
		CHECK_EQ(call(CELL, ranges[i].last, false).x[0], NOT_SUPPORTED);
		CHECK_EQ(firmware.calls, 0);
	}
}

TEST(nothing_of_root_by_hvc)
{
	start();
	CHECK_EQ(call(ROOT, 0x82000001, false).x[0], NOT_SUPPORTED);
	CHECK_EQ(firmware.calls, 0);
}

TEST(versions_and_features)
{
	start();
	firmware.results[0] = 0x10004;
	CHECK_EQ(call(ROOT, SMCCC_VERSION, true).x[0], 0x10004);
	CHECK_EQ(call(CELL, SMCCC_VERSION, true).x[0], SMCCC_VERSION_1_1);
	CHECK_EQ(firmware.calls, 0);
	firmware.results[0] = 0xffffffff; /* firmware of SMCCC 1.0 */
	CHECK_EQ(call(ROOT, SMCCC_VERSION, true).x[0], SMCCC_VERSION_1_0);
}

static uint64_t feature(unsigned cpu, uint64_t function)
{
	struct guest_regs regs = { .x = { SMCCC_ARCH_FEATURES, function } };

	firmware.calls = 0;
	CHECK(model_call(model_cpu(cpu), &regs, true));
	return regs.x[0];
}

TEST(features_that_reach_the_firmware)
{
	start();
	firmware.results[0] = 7;
	for (unsigned cpu = ROOT; cpu <= CELL; cpu += CELL - ROOT) {
		CHECK_EQ(feature(cpu, SMCCC_ARCH_FEATURES), 0);
		CHECK_EQ(feature(cpu, 0x84000001), NOT_SUPPORTED);
		CHECK_EQ(feature(cpu, 0xfull << 32 | SMCCC_ARCH_WORKAROUND_2), 7);
		CHECK_EQ(firmware.x[1], SMCCC_ARCH_WORKAROUND_2);
		CHECK_EQ(feature(cpu, SMCCC_ARCH_WORKAROUND_4), 7);
		CHECK_EQ(feature(cpu, SMCCC_ARCH_SOC_ID), cpu == ROOT ? 7 : NOT_SUPPORTED);
	}
}

TEST(calls_are_counted)
{
	const volatile uint64_t *exits;
	uint64_t before;

	start();
	exits = model_cpu(ROOT)->public.stats->exits;
	before = exits[BH_EXIT_SMC];
	call(ROOT, 0x82000001, true);
	call(ROOT, SMCCC_ARCH_WORKAROUND_1, true);
	call(ROOT, 0x8400ffff, true);
	CHECK_EQ(exits[BH_EXIT_SMC], before + 3);
	before = exits[BH_EXIT_PSCI];
	CHECK_EQ(call(ROOT, PSCI_VERSION, true).x[0], PSCI_VERSION_1_1);
	CHECK_EQ(exits[BH_EXIT_PSCI], before + 1);
}
