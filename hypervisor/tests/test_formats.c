// SPDX-License-Identifier: GPL-2.0
/* The page-table walker with the formats of hardware: entries and tables as the manuals say. */
#include "pt_model.h"
#include <string.h>

#define RW (PT_READ | PT_WRITE)
#define RWX (RW | PT_EXECUTE)

static const struct hardware {
	const struct pt_format *format;
	pt_reference *reference;
	unsigned root_level, root_pages;
	unsigned known_attrs; /* that the hardware has */
	uint64_t limit;
} hardware[] = {
	{ &s2_format, reference_s2, 2, 2, PT_ATTRS, BIT(40) },
	{ &s2_root_format, reference_s2_root, 2, 2, PT_ATTRS, BIT(40) },
	{ &el2_format, reference_el2, 3, 1, PT_ATTRS, BIT(48) },
	{ &npt_format, reference_npt, 3, 1, RWX, BIT(48) },
	{ &npt_format, reference_npt, 4, 1, RWX, BIT(57) },
	{ &ept_format, reference_ept, 3, 1, PT_ATTRS, BIT(48) },
	{ &riscv_g_format, reference_riscv_g, 2, 4, PT_ATTRS, BIT(41) }, /* Sv39x4 */
	{ &riscv_g_format, reference_riscv_g, 3, 4, PT_ATTRS, BIT(50) }, /* Sv48x4 */
	{ &amdvi_format, reference_amdvi, 3, 1, RW, BIT(48) },
	{ &amdvi_format, reference_amdvi, 4, 1, RW, BIT(57) },
	{ &vtd_format, reference_vtd, 3, 1, RWX, BIT(48) },
	{ &vtd_format, reference_vtd, 4, 1, RWX, BIT(57) },
};

#define for_each_hardware(h) \
	for (const struct hardware *(h) = hardware; (h) < hardware + ARRAY_SIZE(hardware); (h)++)

static struct pt_model m;

static void start(const struct hardware *h, bool live)
{
	pt_model_init_format(&m, h->format, h->reference, h->root_level, h->root_pages, live);
	m.known_attrs = h->known_attrs;
}

static void map(uint64_t va, uint64_t size, unsigned attrs)
{
	CHECK(reserve_grow(&m.reserve, pt_pages_to_map(&m.pt, va, va, size, attrs)));
	pt_map(&m.pt, &m.reserve, va, va, size, attrs);
}

TEST(limits)
{
	fake_memory_init();
	for_each_hardware(h)
	{
		start(h, false);
		CHECK_EQ(pt_limit(&m.pt), h->limit);
		pt_model_exit(&m);
	}
}

/* In each format leaves and tables are distinct, and address and attributes can be read back. */
TEST(entries_of_all)
{
	for_each_hardware(h)
	{
		const struct pt_format *f = h->format;

		for (unsigned attrs = PT_READ; attrs <= PT_ATTRS; attrs += 2) {
			for (unsigned level = 0; level <= 2; level++) {
				uint64_t entry = pt_leaf(f, 0x123440000000, attrs, level);

				CHECK(entry & f->valid);
				CHECK(!pt_is_table(f, entry, level));
				CHECK_EQ(pt_address(f, entry), 0x123440000000);
				CHECK_EQ(pt_attrs(f, entry), attrs);
			}
		}
		CHECK(!pt_is_table(f, 0, 3));
	}
}

/* The reference finds the first and the last byte that each table can map. */
TEST(ends_of_the_space)
{
	fake_memory_init();
	for_each_hardware(h)
	{
		uint64_t last =
			MIN(h->limit, BIT(48)) - PAGE_SIZE; /* a possible address of memory */
		struct pt_found found;
		paddr_t root;

		start(h, false);
		root = ptr_to_phys(m.pt.root);
		map(0, PAGE_SIZE, RW);
		map(last, PAGE_SIZE, RW);
		CHECK(h->reference(root, h->root_level + 1, 5, &found));
		CHECK_EQ(found.pa, 5);
		CHECK(h->reference(root, h->root_level + 1, last + PAGE_SIZE - 1, &found));
		CHECK_EQ(found.pa, last + PAGE_SIZE - 1);
		CHECK(!h->reference(root, h->root_level + 1, last - 1, &found));
		CHECK(!h->reference(root, h->root_level + 1, PAGE_SIZE, &found));
		pt_model_exit(&m);
	}
}

TEST(random_tables)
{
	for_each_hardware(h)
	{
		fake_memory_init();
		start(h, true);
		for (unsigned i = 0; i < 400; i++)
			pt_model_choose(&m, fake_random());
		pt_model_exit(&m);
	}
}

TEST(cut_off_and_reconnected)
{
	static uint64_t before[4 * 512];

	for_each_hardware(h)
	{
		size_t size = h->root_pages * PAGE_SIZE;

		fake_memory_init();
		start(h, true);
		map(0, PAGE_SIZE, RWX);
		memcpy(before, m.pt.root, size);
		CHECK(!fake_is_cut_off(&m.pt));
		pt_cut_off(&m.pt);
		CHECK(fake_is_cut_off(&m.pt));
		CHECK(!h->reference(ptr_to_phys(m.pt.root), h->root_level + 1, 0,
				    &(struct pt_found){ 0 }));
		pt_reconnect(&m.pt);
		CHECK(!memcmp(before, m.pt.root, size));
		pt_model_exit(&m);
	}
}

/* A range that could be mapped by leaves of any level gets the largest that the processor has. */
TEST(largest_leaves)
{
	fake_memory_init();
	for_each_hardware(h)
	{
		for (unsigned largest = 1; largest <= 2; largest++) {
			start(h, false);
			m.pt.max_leaf_level = largest;
			map(0, GIB, RWX);
			CHECK_EQ(fake_pt_pages(&m.pt) - m.pt.root_pages, h->root_level - largest);
			pt_model_exit(&m);
		}
	}
}

/* ---- entries, bit by bit ---- */

static void check_x86_format(const struct pt_format *f)
{
	for (unsigned attrs = 0; attrs <= PT_ATTRS; attrs++) {
		for (unsigned level = 0; level <= 2; level++) {
			uint64_t entry = pt_leaf(f, 0x123440000000, attrs, level);

			CHECK_EQ(pt_attrs(f, entry), attrs | PT_READ);
			CHECK_EQ(!!(entry & BIT(7)), level > 0);
		}
	}
	for (unsigned level = 1; level <= 3; level++) {
		uint64_t entry = 0x5000 | f->table;

		CHECK((entry & f->valid) && pt_is_table(f, entry, level));
		CHECK_EQ(entry & 7, 7); /* rights are the leaf's */
		CHECK_EQ(pt_address(f, entry), 0x5000);
	}
}

TEST(npt_entries)
{
	check_x86_format(&npt_format);
	for (unsigned attrs = 0; attrs <= PT_ATTRS; attrs++) {
		uint64_t entry = pt_leaf(&npt_format, 0x1000, attrs, 0);

		CHECK(entry & BIT(2)); /* APM 2, 15.25.5: nested walks are user accesses */
		CHECK_EQ(!(entry & BIT(63)), !!(attrs & PT_EXECUTE));
	}
}

/* SDM 3C, tables 30-1 to 30-6. */
TEST(ept_entries)
{
	check_x86_format(&ept_format);
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

/* Page number from bit 10 on; V, R, W, X, U, A, D are bits 0 to 4, 6 and 7. */
TEST(riscv_entries)
{
	CHECK_EQ(pt_leaf(&riscv_g_format, 0x80201000, RWX, 0), 0x200804df);
	CHECK_EQ(pt_leaf(&riscv_g_format, 0x80200000, PT_READ, 1), 0x200800d3);
	CHECK_EQ(pt_leaf(&riscv_g_format, 0x40000000, RW | PT_DEVICE, 2), 0x40000000100000d7);
	CHECK(pt_is_table(&riscv_g_format, 0x20080001, 1));
	CHECK_EQ(pt_address(&riscv_g_format, 0x20080001), 0x80200000);
	CHECK(!pt_is_table(&riscv_g_format, 0x20080009, 1)); /* executable only: a leaf */
}

/* PR, IR, IW are bits 0, 61 and 62; bits 9 to 11: the level of the table below. */
TEST(amdvi_entries)
{
	CHECK_EQ(pt_leaf(&amdvi_format, 0x80201000, RW, 0), 0x6000000080201001);
	CHECK_EQ(pt_leaf(&amdvi_format, 0x80200000, PT_READ, 1), 0x2000000080200001);
	fake_memory_init();
	start(&(struct hardware){ &amdvi_format, reference_amdvi, 3, 1, RW, 0 }, false);
	map(0, PAGE_SIZE, RW);
	for (uint64_t *table = m.pt.root, level = 3; level; level--) {
		CHECK_EQ(table[0] & 0xe00, level << 9);
		CHECK_EQ(table[0] >> 52, 0x600);
		table = phys_to_ptr(table[0] & 0x000ffffffffff000);
	}
	pt_model_exit(&m);
}

TEST(vtd_entries)
{
	CHECK_EQ(pt_leaf(&vtd_format, 0x80201000, RW, 0), 0x80201003);
	CHECK_EQ(pt_leaf(&vtd_format, 0x80200000, RWX, 1), 0x80200087);
	CHECK(pt_is_table(&vtd_format, 0x80200007, 1));
}

/* ---- the references themselves ---- */

/* A root of level 4 that points to a table of level 1: address bits between are zero (2.2.3). */
TEST(amdvi_skips_levels)
{
	struct pt_found found;
	uint64_t *root, *table;

	fake_memory_init();
	root = pool_alloc(1);
	table = pool_alloc(1);
	root[1] = ptr_to_phys(table) | 0x6000000000000201;
	table[3] = 0x2000000000007001;
	CHECK(reference_amdvi(ptr_to_phys(root), 4, BIT(39) + 0x3008, &found));
	CHECK_EQ(found.pa, 0x7008);
	CHECK_EQ(found.attrs, PT_READ);
	CHECK(!reference_amdvi(ptr_to_phys(root), 4, BIT(39) + BIT(21) + 0x3008, &found));
	CHECK(!reference_amdvi(ptr_to_phys(root), 4, BIT(39) + 0x4000, &found));
	CHECK(!reference_amdvi(ptr_to_phys(root), 4, BIT(48) + BIT(39) + 0x3008, &found));
}

struct bad_entry {
	pt_reference *reference;
	uint64_t entry;
};

static void walk_entry(void *argument)
{
	const struct bad_entry *bad = argument;
	uint64_t *table;

	fake_memory_init();
	table = pool_alloc(4);
	table[0] = bad->entry;
	bad->reference(ptr_to_phys(table), 3, 0, &(struct pt_found){ 0 });
}

/* The references refuse entries that hardware treats as errors, at the level of 1 GiB leaves. */
TEST(references_refuse)
{
	struct bad_entry bad[] = {
		{ reference_s2, 0x00000000402007fd },	   /* not aligned */
		{ reference_s2, 0x00000000400003fd },	   /* no access flag */
		{ reference_el2, 0x0000000040000701 },	   /* AP[1] */
		{ reference_npt, 0x0000000040200087 },	   /* not aligned */
		{ reference_npt, 0x0000000040000083 },	   /* not a user's */
		{ reference_ept, 0x00000000400000b2 },	   /* writable, not readable */
		{ reference_ept, 0x000000004000000f },	   /* a memory type in a table */
		{ reference_riscv_g, 0x00000000100000d5 }, /* writable, not readable */
		{ reference_riscv_g, 0x00000000100400d7 }, /* not aligned */
		{ reference_riscv_g, 0x00000000100000c7 }, /* not a user's */
		{ reference_riscv_g, 0x0000000010000041 }, /* A in a table */
		{ reference_amdvi, 0x6000000040200001 },   /* not aligned */
		{ reference_amdvi, 0x6000000040000601 },   /* the same level below */
		{ reference_vtd, 0x0000000040200083 },	   /* not aligned */
		{ reference_vtd, 0x0000000040000803 },	   /* SNP in a table */
	};

	for (unsigned i = 0; i < ARRAY_SIZE(bad); i++)
		CHECK_FAILS(walk_entry, &bad[i], "");
}
