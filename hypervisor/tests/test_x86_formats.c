// SPDX-License-Identifier: GPL-2.0
/* x86-64's second stages: entries by the manuals, tables against the reference. */
#include "pt_model.h"
#include <arch/formats.h>
#include <string.h>

#define RWX (PT_READ | PT_WRITE | PT_EXECUTE)

static void check_format(const struct pt_format *f)
{
	for (unsigned attrs = 0; attrs <= PT_ATTRS; attrs++) {
		for (unsigned level = 0; level <= 2; level++) {
			uint64_t entry = pt_leaf(f, 0x123440000000, attrs, level);

			CHECK((entry & f->valid));
			CHECK(!pt_is_table(f, entry, level));
			CHECK_EQ(entry & f->address_mask, 0x123440000000);
			CHECK_EQ(pt_attrs(f, entry), attrs | PT_READ);
			CHECK_EQ(!!(entry & BIT(7)), level > 0);
		}
	}
	for (unsigned level = 1; level <= 3; level++) {
		uint64_t entry = 0x5000 | f->table;

		CHECK((entry & f->valid) && pt_is_table(f, entry, level));
		CHECK_EQ(entry & 7, 7); /* rights are the leaf's */
		CHECK_EQ(entry & f->address_mask, 0x5000);
	}
	CHECK(!pt_is_table(f, 0, 3));
}

TEST(npt_entries)
{
	check_format(&npt_format);
	for (unsigned attrs = 0; attrs <= PT_ATTRS; attrs++) {
		uint64_t entry = pt_leaf(&npt_format, 0x1000, attrs, 0);

		CHECK(entry & BIT(2)); /* APM 2, 15.25.5: nested walks are user accesses */
		CHECK_EQ(!(entry & BIT(63)), !!(attrs & PT_EXECUTE));
	}
}

/* SDM 3C, tables 30-1 to 30-6. */
TEST(ept_entries)
{
	check_format(&ept_format);
	for (unsigned attrs = 0; attrs <= PT_ATTRS; attrs++) {
		uint64_t entry = pt_leaf(&ept_format, 0x1000, attrs, 0);

		CHECK(entry & 1); /* without it, 2 and 6 are misconfigurations */
		CHECK_EQ(!!(entry & 2), !!(attrs & PT_WRITE));
		CHECK_EQ(!!(entry & 4), !!(attrs & PT_EXECUTE));
		CHECK_EQ(entry >> 3 & 7, attrs & PT_DEVICE ? 0 : 6);
		CHECK(!(entry & BIT(6))); /* the guest's PAT counts */
	}
	CHECK_EQ(ept_format.table & 0xff8, 0); /* reserved in tables */
}

static void check_at_random(const struct pt_format *format)
{
	static struct pt_model m;

	fake_memory_init();
	pt_model_init_format(&m, format, true);
	for (unsigned i = 0; i < 400; i++)
		pt_model_choose(&m, fake_random());
	pt_model_exit(&m);
}

TEST(npt_tables)
{
	check_at_random(&npt_format);
}

TEST(ept_tables)
{
	check_at_random(&ept_format);
}

static void check_cut_off(const struct pt_format *format)
{
	static struct pt_model m;
	uint64_t before[512];

	fake_memory_init();
	pt_model_init_format(&m, format, true);
	CHECK(reserve_grow(&m.reserve, pt_pages_to_map(&m.pt, 0, 0, PAGE_SIZE, RWX)));
	pt_map(&m.pt, &m.reserve, 0, 0, PAGE_SIZE, RWX);
	memcpy(before, m.pt.root, sizeof(before));
	CHECK(!fake_is_cut_off(&m.pt));
	pt_cut_off(&m.pt);
	CHECK(fake_is_cut_off(&m.pt));
	pt_reconnect(&m.pt);
	CHECK(!memcmp(before, m.pt.root, sizeof(before)));
	pt_model_exit(&m);
}

TEST(npt_is_cut_off)
{
	check_cut_off(&npt_format);
}

TEST(ept_is_cut_off)
{
	check_cut_off(&ept_format);
}

/* Ranges that can take any leaf, with those that the processor has. */
TEST(largest_leaves)
{
	static const struct pt_format *const formats[] = { &npt_format, &ept_format };
	static struct pt_model m;

	fake_memory_init();
	for (unsigned i = 0; i < 2 * ARRAY_SIZE(formats); i++) {
		unsigned largest = 1 + i % 2;

		pt_model_init_format(&m, formats[i / 2], false);
		m.pt.max_leaf_level = largest;
		CHECK(reserve_grow(&m.reserve, pt_pages_to_map(&m.pt, 0, 0, GIB, RWX)));
		pt_map(&m.pt, &m.reserve, 0, 0, GIB, RWX);
		CHECK_EQ(fake_pt_pages(&m.pt) - m.pt.root_pages, 2 - largest);
		pt_model_exit(&m);
	}
}
