// SPDX-License-Identifier: GPL-2.0
/* Fuzzes HVCs and SMCs of root and of a cell: what reaches the firmware, with which registers. */
#include "../fuzz.h"
#include <arch/psci.h>
#include <hyp/cell.h>
#include <hyp/resource.h>
#include <string.h>
#include "firmware_model.h"
#include "gic_model.h"

#define CELL 2u /* the cell's CPU; CPU 0 is root's */

struct step {
	uint8_t cell, smc;
	uint8_t range; /* chooses the number's upper half, so that ranges are found soon */
	uint8_t deny;
	uint16_t number;
	uint16_t raw;
	uint64_t x[6];
};

static void start(void)
{
	static const uint32_t irqs[] = { 27, 1, 0, 0 };
	static bool started;

	if (started)
		return;
	started = true;
	model_start(BH_IRQ_LIST, 4);
	model_create(BIT(CELL), BH_IRQ_LIST, irqs);
}

static uint32_t function_of(const struct step *s)
{
	static const uint16_t ranges[] = { 0x8000, 0xc000, 0x8400, 0xc400, 0x8200, 0xc200,
					   0x8300, 0xb200, 0x3200, 0x8401, 0xc600, 0x0000 };

	/* Most functions that have a meaning are among the first 256. */
	return (uint32_t)(s->raw & 1 ? s->raw : ranges[s->range % ARRAY_SIZE(ranges)]) << 16 |
	       (s->raw & 2 ? s->number & 0xffu : s->number);
}

static bool is_workaround(uint64_t function)
{
	return function == SMCCC_ARCH_WORKAROUND_1 || function == SMCCC_ARCH_WORKAROUND_2 ||
	       function == SMCCC_ARCH_WORKAROUND_3 || function == SMCCC_ARCH_WORKAROUND_4;
}

/* A cell: workarounds, and whether the firmware has them. */
static void check_cell(const struct guest_regs *before)
{
	uint64_t function = firmware.x[0];

	CHECK(is_workaround(function) ||
	      (function == SMCCC_ARCH_FEATURES && is_workaround(firmware.x[1])));
	if (function == SMCCC_ARCH_WORKAROUND_2)
		CHECK_EQ(firmware.x[1], (uint32_t)before->x[1]);
	else if (function != SMCCC_ARCH_FEATURES)
		CHECK_EQ(firmware.x[1], 0);
	for (unsigned i = 2; i < 18; i++)
		CHECK_EQ(firmware.x[i], 0);
}

/* Root: nothing that starts a CPU, re-enters EL2 or gives memory away. */
static void check_root(void)
{
	uint32_t function = (uint32_t)firmware.x[0], narrow = function & ~0x40000000u;
	bool reset = narrow == PSCI_SYSTEM_OFF || narrow == PSCI_SYSTEM_RESET ||
		     narrow == PSCI_SYSTEM_RESET2;

	CHECK_EQ(firmware.x[0] >> 32, 0);
	CHECK(!(function >> 31) || !(function & 0xff0000));
	CHECK(narrow - 0x84000000u >= 0x40 || reset);
	CHECK(narrow - 0x84000070u > 6 && narrow != 0x84000066);
	CHECK(narrow != 0x82000020 && narrow != 0x82000200);
	CHECK(narrow >> 24 < 0x85 || narrow >> 24 > 0xaf);
}

static void run(const struct step *s, uint32_t function)
{
	unsigned cpu = s->cell & 1 ? CELL : 0;
	struct guest_regs regs = { .x = { function, s->x[0], s->x[1], s->x[2], s->x[3] } };
	struct guest_regs before = regs;

	regs.x[0] |= s->x[5] << 32;
	model_system()->flags = s->deny;
	firmware.calls = 0;
	if (!model_call(model_cpu(cpu), &regs, s->smc & 1))
		return;
	CHECK(!memcmp(&regs.x[18], &before.x[18], 13 * sizeof(regs.x[0])));
	if (firmware.calls && cpu == CELL)
		check_cell(&before);
	else if (firmware.calls)
		check_root();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct step s;

	start();
	for (; size >= sizeof(s); data += sizeof(s), size -= sizeof(s)) {
		memcpy(&s, data, sizeof(s));
		for (unsigned i = 0; i < 16; i++) /* neighbours mean different things */
			run(&s, function_of(&s) ^ i);
	}
	return 0;
}
