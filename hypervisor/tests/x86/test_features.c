// SPDX-License-Identifier: GPL-2.0
/*
 * The table of features agrees with the manuals and with itself: this file's lists are written from
 * Intel SDM volumes 2A and 4 and AMD64 APM volumes 2 and 3, not from the table.
 */
#include "model.h"
#include "test.h"
#include <arch/asm.h>
#include <arch/features.h>
#include <arch/msr.h>
#include <hyp/arch.h>
#include <string.h>

/* CPUID bits that stand for MSRs. An MSR may belong to several. */
static const struct {
	unsigned feature;
	uint32_t first, last;
} needs[] = {
	{ FEATURE(WORD_1_C, 3), 0x6, 0x6 }, /* MONITOR */
	{ FEATURE(WORD_1_C, 5), 0x480, 0x493 },
	{ FEATURE(WORD_1_C, 7), 0x198, 0x199 }, /* EIST */
	{ FEATURE(WORD_1_C, 8), 0x19b, 0x19d }, /* TM2 */
	{ FEATURE(WORD_1_C, 10), 0x1a0, 0x1a0 },
	{ FEATURE(WORD_1_C, 11), 0xc80, 0xc80 }, /* SDBG */
	{ FEATURE(WORD_1_C, 14), 0x1a0, 0x1a0 },
	{ FEATURE(WORD_1_C, 15), 0x345, 0x345 }, /* PDCM */
	{ FEATURE(WORD_1_C, 18), 0x1f8, 0x1fa }, /* DCA */
	{ FEATURE(WORD_1_C, 21), 0x808, 0x808 },
	{ FEATURE(WORD_1_C, 24), 0x6e0, 0x6e0 },
	{ FEATURE(WORD_1_D, 7), 0x179, 0x17b },
	{ FEATURE(WORD_1_D, 11), 0x174, 0x176 },
	{ FEATURE(WORD_1_D, 14), 0x400, 0x403 },
	{ FEATURE(WORD_1_D, 16), 0x277, 0x277 },
	{ FEATURE(WORD_1_D, 18), 0x119, 0x119 }, /* BBL_CR_CTL */
	{ FEATURE(WORD_1_D, 21), 0x600, 0x600 },
	{ FEATURE(WORD_1_D, 22), 0x19a, 0x19c },
	{ FEATURE(WORD_1_D, 29), 0x19b, 0x19b },
	{ FEATURE(WORD_1_D, 31), 0x1a0, 0x1a0 },
	{ FEATURE(WORD_6_A, 0), 0x19c, 0x19c },
	{ FEATURE(WORD_6_A, 1), 0x1a0, 0x1a0 },
	{ FEATURE(WORD_6_A, 4), 0x1b1, 0x1b2 },
	{ FEATURE(WORD_6_A, 7), 0x770, 0x774 }, /* HWP */
	{ FEATURE(WORD_6_A, 13), 0xdb0, 0xdb2 },
	{ FEATURE(WORD_6_A, 19), 0x17d0, 0x17d1 },
	{ FEATURE(WORD_7_B, 1), 0x3b, 0x3b },
	{ FEATURE(WORD_7_B, 2), 0x8c, 0x8f },
	{ FEATURE(WORD_7_B, 12), 0xc8d, 0xc8f },
	{ FEATURE(WORD_7_B, 14), 0xd90, 0xd90 }, /* BNDCFGS */
	{ FEATURE(WORD_7_B, 15), 0xc8f, 0xc90 },
	{ FEATURE(WORD_7_B, 25), 0x560, 0x561 },
	{ FEATURE(WORD_7_B, 25), 0x570, 0x572 },
	{ FEATURE(WORD_7_B, 25), 0x580, 0x587 },
	{ FEATURE(WORD_7_C, 5), 0xe1, 0xe1 },
	{ FEATURE(WORD_7_C, 7), 0x6a0, 0x6a8 },
	{ FEATURE(WORD_7_C, 13), 0x981, 0x982 }, /* TME */
	{ FEATURE(WORD_7_C, 22), MSR_TSC_AUX, MSR_TSC_AUX },
	{ FEATURE(WORD_7_C, 23), 0xd91, 0xd91 }, /* key locker: copies of the key */
	{ FEATURE(WORD_7_C, 24), 0x1d9, 0x1d9 },
	{ FEATURE(WORD_7_C, 29), 0xd93, 0xd93 },
	{ FEATURE(WORD_7_C, 30), 0x8c, 0x8f },
	{ FEATURE(WORD_7_C, 31), 0x6e1, 0x6e1 },
	{ FEATURE(WORD_7_D, 5), 0x985, 0x98a },
	{ FEATURE(WORD_7_D, 9), 0x123, 0x123 },
	{ FEATURE(WORD_7_D, 13), 0x10f, 0x10f },
	{ FEATURE(WORD_7_D, 15), 0x17d4, 0x17d4 },
	{ FEATURE(WORD_7_D, 18), 0x9b, 0x9b },
	{ FEATURE(WORD_7_D, 19), 0x14ce, 0x14cf },
	{ FEATURE(WORD_7_D, 20), 0x6a0, 0x6a2 },
	{ FEATURE(WORD_7_D, 22), 0x1c4, 0x1c5 },
	{ FEATURE(WORD_7_D, 24), 0x1c4, 0x1c5 },
	{ FEATURE(WORD_7_D, 25), 0x1c4, 0x1c5 },
	{ FEATURE(WORD_7_D, 26), 0x48, 0x49 },
	{ FEATURE(WORD_7_D, 27), 0x48, 0x48 },
	{ FEATURE(WORD_7_D, 28), 0x10b, 0x10b },
	{ FEATURE(WORD_7_D, 29), 0x10a, 0x10a },
	{ FEATURE(WORD_7_D, 30), 0xcf, 0xcf }, /* CORE_CAPABILITIES, TEST_CTRL */
	{ FEATURE(WORD_7_D, 30), 0x33, 0x33 },
	{ FEATURE(WORD_7_D, 31), 0x48, 0x48 },
	{ FEATURE(WORD_7_1_A, 8), 0x186, 0x187 },
	{ FEATURE(WORD_7_1_A, 17), 0x1cc, 0x1d4 },
	{ FEATURE(WORD_7_1_A, 22), 0x17da, 0x17da },
	{ FEATURE(WORD_7_1_D, 13), 0x985, 0x98a },
	{ FEATURE(WORD_7_2_D, 0), 0x48, 0x48 },
	{ FEATURE(WORD_7_2_D, 1), 0x48, 0x48 },
	{ FEATURE(WORD_7_2_D, 2), 0x48, 0x48 },
	{ FEATURE(WORD_7_2_D, 4), 0x48, 0x48 },
	{ FEATURE(WORD_7_2_D, 6), 0x123, 0x123 }, /* UC-lock disable */
	{ FEATURE(WORD_D_1_A, 3), 0xda0, 0xda0 },
	{ FEATURE(WORD_D_1_A, 4), 0x1c4, 0x1c5 },
	{ FEATURE(WORD_X1_C, 2), 0xc0010117, 0xc0010117 },
	{ FEATURE(WORD_X1_C, 3), 0xc0010055, 0xc0010055 },
	{ FEATURE(WORD_X1_C, 9), 0xc0010140, 0xc0010141 },
	{ FEATURE(WORD_X1_C, 10), 0xc0011030, 0xc001103b },
	{ FEATURE(WORD_X1_C, 13), 0xc0010074, 0xc0010074 },
	{ FEATURE(WORD_X1_C, 15), 0xc0000105, 0xc0000106 },
	{ FEATURE(WORD_X1_C, 17), MSR_EFER, MSR_EFER },
	{ FEATURE(WORD_X1_C, 19), 0xc001100c, 0xc001100c },
	{ FEATURE(WORD_X1_C, 23), 0xc0010200, 0xc001020b },
	{ FEATURE(WORD_X1_C, 24), 0xc0010240, 0xc0010247 },
	{ FEATURE(WORD_X1_C, 26), 0xc0011019, 0xc001101b },
	{ FEATURE(WORD_X1_C, 26), 0xc0011027, 0xc0011027 },
	{ FEATURE(WORD_X1_C, 27), 0xc0010280, 0xc0010280 },
	{ FEATURE(WORD_X1_C, 28), 0xc0010230, 0xc001023b },
	{ FEATURE(WORD_X1_D, 7), 0x179, 0x17b },
	{ FEATURE(WORD_X1_D, 11), MSR_STAR, MSR_SFMASK },
	{ FEATURE(WORD_X1_D, 14), 0x400, 0x403 },
	{ FEATURE(WORD_X1_D, 20), MSR_EFER, MSR_EFER },
	{ FEATURE(WORD_X1_D, 25), MSR_EFER, MSR_EFER },
	{ FEATURE(WORD_X1_D, 27), MSR_TSC_AUX, MSR_TSC_AUX },
	{ FEATURE(WORD_X1_D, 29), MSR_FS_BASE, MSR_KERNEL_GS_BASE },
	{ FEATURE(WORD_X7_D, 7), 0xc0010061, 0xc0010063 },
	{ FEATURE(WORD_X7_D, 9), 0xc0010015, 0xc0010015 },
	{ FEATURE(WORD_X8_B, 1), 0xc00000e9, 0xc00000e9 },
	{ FEATURE(WORD_X8_B, 8), MSR_EFER, MSR_EFER },
	{ FEATURE(WORD_X8_B, 12), 0x49, 0x49 },
	{ FEATURE(WORD_X8_B, 13), MSR_EFER, MSR_EFER },
	{ FEATURE(WORD_X8_B, 14), 0x48, 0x48 },
	{ FEATURE(WORD_X8_B, 15), 0x48, 0x48 },
	{ FEATURE(WORD_X8_B, 23), 0xc00102f0, 0xc00102f1 },
	{ FEATURE(WORD_X8_B, 24), 0x48, 0x48 },
	{ FEATURE(WORD_X8_B, 25), 0xc001011f, 0xc001011f },
	{ FEATURE(WORD_X8_B, 27), 0xc00102b0, 0xc00102b4 },
	{ FEATURE(WORD_X8_B, 28), 0x48, 0x48 },
	{ FEATURE(WORD_X21_A, 7), MSR_EFER, MSR_EFER },
	{ FEATURE(WORD_X21_A, 8), MSR_EFER, MSR_EFER },
	{ FEATURE(WORD_X21_A, 13), 0xc0000108, 0xc0000108 },
	{ FEATURE(WORD_X21_A, 17), 0xc0010015, 0xc0010015 },
	{ FEATURE(WORD_X21_A, 27), 0x49, 0x49 },
	{ FEATURE(WORD_XA_D, 4), MSR_TSC_RATIO, MSR_TSC_RATIO },
	{ FEATURE(WORD_X1F_A, 0), MSR_SYSCFG, MSR_SYSCFG },
	{ FEATURE(WORD_X1F_A, 1), 0xc0010131, 0xc0010131 },
	{ FEATURE(WORD_X1F_A, 3), 0xc0010130, 0xc0010130 },
	{ FEATURE(WORD_X1F_A, 4), 0xc0010132, 0xc0010133 },
};

static bool offered(unsigned feature)
{
	return cpuid_words[(feature - 1) / 32].cell >> (feature - 1) % 32 & 1;
}

/* MSRs of which a cell sees a value but that it can't write. */
static bool looks(uint32_t msr)
{
	const struct msr_row *row = msr_row(msr);

	return row && row->who & CELL_LOOKS;
}

static bool efer_allows(unsigned feature)
{
	for (unsigned i = 0; i < ARRAY_SIZE(efer_bits); i++)
		if (efer_bits[i].feature == feature)
			return cells_have(feature);
	return false;
}

static bool denied(unsigned feature, uint32_t msr)
{
	if (msr == MSR_EFER)
		return !efer_allows(feature);
	if (msr == MSR_ARCH_CAP)
		return !looks(msr);
	return msr_trapped(false, msr, true);
}

TEST(features_no_offered_bit_has_a_denied_msr)
{
	model_start();
	for (unsigned i = 0; i < ARRAY_SIZE(needs); i++)
		for (uint32_t msr = needs[i].first; msr <= needs[i].last; msr++)
			if (offered(needs[i].feature) && denied(needs[i].feature, msr))
				test_fail(__FILE__, (int)i, "an offered bit has a denied MSR");
}

/* A cell's MSR with a feature is one that the cell is told of. */
TEST(features_a_cells_msr_has_an_offered_bit)
{
	for (unsigned i = 0; i < msr_row_count; i++)
		if (msr_rows[i].who & (CELL_READS | CELL_WRITES | CELL_LOOKS))
			CHECK(!msr_rows[i].feature || offered(msr_rows[i].feature));
}

/* MSRs that are commands: nothing remains. */
static bool is_command(uint32_t msr)
{
	return msr == MSR_PRED_CMD || msr == 0x10b;
}

TEST(features_no_writable_msr_lacks_a_reset)
{
	static const uint32_t starts[] = { 0, 0xc0000000, 0xc0010000 };
	const struct msr_row *row;
	unsigned writable = 0;

	for (unsigned i = 0; i < 3 * 0x2000; i++) {
		uint32_t msr = starts[i / 0x2000] + i % 0x2000;

		if ((msr >= 0x800 && msr < 0x900) || msr_trapped(false, msr, true))
			continue;
		row = msr_row(msr);
		CHECK(row && (row->reset != RESET_NONE || is_command(msr)));
		writable++;
	}
	CHECK(writable > 10);
}

/* What a previous owner left, on and off the CPU's list of features. */
TEST(features_reset)
{
	model_start();
	for (unsigned i = 0; i < msr_row_count; i++)
		for (unsigned n = 0; n < msr_rows[i].count; n++)
			if (msr_rows[i].reset == RESET_ZERO)
				*model_msr(msr_rows[i].first + n * msr_rows[i].step) = 1;
	*model_msr(MSR_TSC_RATIO) = 1;
	model_hidden[WORD_7_C] = BIT(5); /* WAITPKG: the MSR may be another one's */
	msr_reset();
	model_hidden[WORD_7_C] = 0;
	for (unsigned i = 0; i < msr_row_count; i++)
		for (unsigned n = 0; n < msr_rows[i].count; n++)
			if (msr_rows[i].reset == RESET_ZERO && msr_rows[i].first != 0xe1)
				CHECK(*model_msr(msr_rows[i].first + n * msr_rows[i].step) ==
				      (msr_rows[i].first == MSR_PRED_CMD));
	CHECK_EQ(*model_msr(0xe1), 1);
	CHECK_EQ(*model_msr(MSR_TSC_RATIO), TSC_RATIO_ONE);
}

/* Counters, traces and other things that go on without their owner. */
TEST(features_what_goes_on_by_itself_is_reset)
{
	static const uint32_t those[] = {
		0xc1,	    0xc8,	0xe1,	    0x140,	0x186,	    0x18d,	0x1c4,
		0x1c5,	    0x1d9,	0x309,	    0x38d,	0x38f,	    0x3f1,	0x600,
		0x6a0,	    0x6a8,	0x6e0,	    0x6e1,	0xc8f,	    0xd93,	0xda0,
		0x14ce,	    0xc0000301, 0xc0010000, 0xc0010007, 0xc0010200, 0xc001020b, 0xc0011019,
		0xc001101b, 0xc0011027, 0xc0011030, 0xc0011033,
	};

	for (unsigned i = 0; i < ARRAY_SIZE(those); i++)
		CHECK(msr_row(those[i]) && msr_row(those[i])->reset == RESET_ZERO);
}

/* ---- CPUID ---- */

static bool is_zero(const struct guest_regs *r)
{
	return !(r->r[R_AX] | r->r[R_BX] | r->r[R_CX] | r->r[R_DX]);
}

/* The model's CPU has all bits of all leaves: what isn't in the list is 0. */
TEST(features_unknown_leaves_are_hidden)
{
	static const uint32_t hidden[] = {
		3,	    5,		9,	    10,		0xf,	    0x10,
		0x12,	    0x14,	0x17,	    0x19,	0x1a,	    0x1b,
		0x1c,	    0x1d,	0x1e,	    0x20,	0x23,	    0x24,
		0x29,	    0x40000002, 0x80000009, 0x8000000a, 0x8000001b, 0x8000001c,
		0x8000001f, 0x80000020, 0x80000022, 0x80000026, 0xc0000001, 0x12345678
	};
	struct guest_regs regs;

	model_start_with_cell();
	for (unsigned i = 0; i < ARRAY_SIZE(hidden); i++) {
		regs = model_cpuid(3, hidden[i], 0, 0);
		CHECK(is_zero(&regs));
	}
	regs = model_cpuid(3, 7, 3, 0);
	CHECK(is_zero(&regs));
	CHECK_EQ(model_cpuid(3, 0, 0, 0).r[R_AX], 0x1f);
	CHECK_EQ(model_cpuid(3, 0, 0, 0).r[R_BX], 0x756e6547);
	CHECK_EQ(model_cpuid(3, 0x80000000, 0, 0).r[R_AX], 0x80000021);
	CHECK_EQ(model_cpuid(3, 7, 0, 0).r[R_AX], 2);
	CHECK_EQ(model_cpuid(3, 4, 1, 0).r[R_BX], ~0u); /* caches */
	CHECK_EQ(model_cpuid(3, 0x80000004, 1, 0).r[R_DX], ~0u);
	CHECK_EQ(model_cpuid(3, 0x80000008, 0, 0).r[R_AX], 48);
	CHECK_EQ(model_cpuid(0, 0x8000001f, 0, 0).r[R_BX], ~0u); /* root */
}

TEST(features_unknown_bits_are_hidden)
{
	static const uint8_t place[] = { R_AX, R_BX, R_CX, R_DX };

	model_start_with_cell();
	for (unsigned i = 0; i < WORD_FULL; i++) {
		const struct cpuid_word *word = &cpuid_words[i];
		uint32_t sub = word->sub == ANY_SUB ? 5 : word->sub;
		uint64_t cell = model_cpuid(3, word->leaf, sub, 0).r[place[word->reg]];

		CHECK(!(cell & ~(uint64_t)word->cell & ~(i == WORD_1_C ? BIT(31) : 0)));
		model_hidden[i] = ~0u; /* a bit that the CPU lacks isn't invented */
		cell = model_cpuid(3, word->leaf, sub, 0).r[place[word->reg]];
		CHECK_EQ(cell, i == WORD_1_C ? BIT(31) : 0);
		model_hidden[i] = 0;
	}
}

/* XCR0, XSS and leaf 13 name the same components. */
TEST(features_extended_state_agrees)
{
	static const struct {
		unsigned feature, component;
	} brings[] = {
		{ FEATURE(WORD_7_B, 14), 3 },	{ FEATURE(WORD_7_B, 16), 5 },
		{ FEATURE(WORD_7_C, 3), 9 },	{ FEATURE(WORD_1_C, 28), 2 },
		{ FEATURE(WORD_7_D, 24), 17 },	{ FEATURE(WORD_7_1_D, 21), 19 },
		{ FEATURE(WORD_X1_C, 15), 62 },
	};
	struct guest_regs regs;

	model_start_with_cell();
	for (unsigned i = 0; i < ARRAY_SIZE(brings); i++)
		CHECK_EQ(offered(brings[i].feature), CELL_XCR0 >> brings[i].component & 1);
	regs = model_cpuid(3, 13, 0, 0);
	CHECK_EQ(regs.r[R_AX] | regs.r[R_DX] << 32, CELL_XCR0);
	CHECK_EQ(regs.r[R_CX], 576 + 64 * 9 + 64); /* the end of PKRU's */
	CHECK_EQ(regs.r[R_BX], 576);
	regs = model_cpuid(3, 13, 1, 0);
	CHECK_EQ(regs.r[R_AX], 7);
	CHECK_EQ(regs.r[R_BX], 832);
	CHECK_EQ(regs.r[R_CX] | regs.r[R_DX], 0); /* XSS */
	CHECK(!offered(CPUID_XSAVES) && msr_trapped(false, MSR_XSS, true));
	for (uint32_t i = 2; i < 70; i++) {
		regs = model_cpuid(3, 13, i, 0);
		CHECK_EQ(!is_zero(&regs), i < 64 && CELL_XCR0 >> i & 1);
	}
}
