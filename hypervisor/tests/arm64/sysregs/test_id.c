// SPDX-License-Identifier: GPL-2.0
/* The ID registers that cells see: a list, on CPUs with any values. */
#include "model.h"
#include <arch/sysregs.h>
#include <bulkhead/arm64_id.h>
#include <stdio.h>

#define ROUNDS 2000u
#define FIELD(value, bit) ((value) >> (bit)&0xf)

/* The fields that the list names, by register. */
#define FIELDS(m, op2, fields) [m][op2] = 0 fields,
#define NAMED(name, bit, ...) | 0xfull << (bit)
#define HIDE_ALL
static const uint64_t named[8][8] = { ARM64_ID_A32(FIELDS, NAMED, NAMED, NAMED, NAMED)
					      ARM64_ID_A64(FIELDS, NAMED, NAMED, NAMED, NAMED) };

/* DDI 0487 D24.2: fields of what EL2 closes, doesn't reset or doesn't emulate. */
static const struct {
	uint8_t m, op2, bit;
} never[] = {
	{ 4, 0, 8 },  { 4, 0, 12 }, { 4, 0, 28 }, { 4, 0, 32 }, /* EL2, EL3, RAS, SVE */
	{ 4, 0, 36 }, { 4, 0, 40 }, { 4, 0, 44 }, { 4, 0, 52 }, /* SEL2, MPAM, AMU, RME */
	{ 4, 1, 8 },  { 4, 1, 12 }, { 4, 1, 16 }, { 4, 1, 24 }, /* MTE, RAS, MPAM, SME */
	{ 4, 1, 28 }, { 4, 1, 32 }, { 4, 1, 36 }, { 4, 1, 44 }, /* RNDR, CSV2_frac, NMI, GCS */
	{ 4, 1, 48 }, { 4, 1, 52 }, { 4, 2, 32 },		/* THE, MTEX, FPMR */
	{ 5, 0, 4 },  { 5, 0, 32 }, { 5, 0, 40 }, { 5, 0, 44 }, /* trace, SPE, TRF, TRBE */
	{ 5, 0, 52 }, { 5, 1, 32 }, { 5, 1, 48 },		/* BRBE, SPMU, EBEP */
	{ 6, 0, 24 }, { 6, 1, 60 }, { 6, 2, 16 }, { 6, 2, 32 }, /* TME, LS64, MOPS, 128 bits */
	{ 7, 0, 56 }, { 7, 0, 60 }, { 7, 1, 8 },  { 7, 1, 16 }, /* FGT, ECV, VH, LO */
	{ 7, 1, 40 }, { 7, 2, 24 }, { 7, 2, 40 }, { 7, 2, 56 }, /* HCX, NV, FWB, EVT */
	{ 7, 3, 0 },  { 7, 3, 4 },  { 7, 3, 8 },  { 7, 3, 16 }, /* TCRX, SCTLRX, S1PIE, S1POE */
};

static void set_id(unsigned m, unsigned op2, uint64_t value)
{
	char name[32];

	snprintf(name, sizeof(name), "S3_0_C0_C%u_%u", m, op2);
	model_set(name, value);
}

static uint64_t next(uint64_t *seed)
{
	*seed = *seed * 6364136223846793005ull + 1442695040888963407ull;
	return *seed ^ *seed >> 31;
}

/* Every field is 0 or what the CPU has, or less; 15 stays in signed fields; unnamed ones are 0. */
static void check_register(unsigned m, unsigned op2, uint64_t value)
{
	uint64_t shown;

	set_id(m, op2, value);
	shown = id_for_cells(m, op2);
	CHECK_EQ(shown & ~named[m][op2], 0);
	for (unsigned bit = 0; bit < 64; bit += 4) {
		bool doublelock = m == 5 && op2 == 0 && bit == 36;

		if (!doublelock)
			CHECK(FIELD(shown, bit) <= FIELD(value, bit));
	}
	set_id(m, op2, shown);
	CHECK_EQ(id_for_cells(m, op2), shown);
}

TEST(cells_see_nothing_that_is_not_listed)
{
	uint64_t seed = 1;

	model_power_on(1);
	for (unsigned round = 0; round < ROUNDS; round++)
		for (unsigned m = 1; m < 8; m++)
			for (unsigned op2 = 0; op2 < 8; op2++)
				check_register(m, op2, round ? next(&seed) : ~0ull);
}

TEST(features_without_a_reset_are_hidden)
{
	model_power_on(1);
	for (unsigned value = 1; value < 16; value++)
		for (unsigned i = 0; i < sizeof(never) / sizeof(never[0]); i++) {
			model_announce(never[i].m, never[i].op2, never[i].bit, value);
			CHECK_EQ(FIELD(id_for_cells(never[i].m, never[i].op2), never[i].bit), 0);
		}
}

/* Each feature of the table is hidden, except the counters, which reset.c resets. */
TEST(each_feature_of_the_table_has_a_decision)
{
#define HIDDEN_FEATURE(feature, m, op2, bit, least) \
	model_announce(m, op2, bit, 1);             \
	if (FEATURE_##feature != FEATURE_pmu)       \
		CHECK_EQ(FIELD(id_for_cells(m, op2), bit), 0);
	model_power_on(1);
	FEATURES(HIDDEN_FEATURE)
}

TEST(versions_are_those_that_are_handled)
{
	model_power_on(1);
	model_announce(5, 0, 8, 9); /* PMUv3p9 */
	model_announce(5, 0, 0, 11);
	model_announce(5, 0, 36, 0);
	CHECK_EQ(FIELD(id_for_cells(5, 0), 8), 6);
	CHECK_EQ(FIELD(id_for_cells(5, 0), 0), 6);
	CHECK_EQ(FIELD(id_for_cells(5, 0), 36), 15); /* no double lock */
	model_announce(5, 0, 8, 15);
	CHECK_EQ(FIELD(id_for_cells(5, 0), 8), 15); /* not PMUv3 */
	model_announce(4, 0, 56, 3);
	CHECK_EQ(FIELD(id_for_cells(4, 0), 56), 1); /* CSV2: no SCXTNUM */
	model_announce(7, 0, 28, 15);
	CHECK_EQ(FIELD(id_for_cells(7, 0), 28), 15); /* no granule of 4 KiB */
	model_announce(7, 0, 0, 6);
	CHECK_EQ(FIELD(id_for_cells(7, 0), 0), 2);
}
