// SPDX-License-Identifier: GPL-2.0
/* Compares the page-table walker with the reference, on live and other tables; tests the model of
 * hardware walkers, too. */
#include "pt_model.h"

#define RW (PT_READ | PT_WRITE)
#define RWX (RW | PT_EXECUTE)

static struct pt_model m;

static void start(bool live)
{
	fake_memory_init();
	pt_model_init(&m, live);
}

static void map(uint64_t va, uint64_t pa, uint64_t size, unsigned attrs)
{
	CHECK(reserve_grow(&m.reserve, pt_pages_to_map(&m.pt, va, pa, size, attrs)));
	pt_map(&m.pt, &m.reserve, va, pa, size, attrs);
	CHECK_EQ(m.reserve.count, 0);
	fake_walkers_check();
}

static void unmap(uint64_t va, uint64_t size)
{
	CHECK(reserve_grow(&m.reserve, pt_pages_to_unmap(&m.pt, va, size)));
	pt_unmap(&m.pt, &m.reserve, va, size);
	CHECK_EQ(m.reserve.count, 0);
	fake_walkers_check();
}

static bool is_mapped(uint64_t va)
{
	return pt_lookup(&m.pt, va, NULL, NULL);
}

TEST(empty_table)
{
	start(false);
	CHECK_EQ(pt_limit(&m.pt), 1024 * GIB);
	CHECK(!is_mapped(0));
	CHECK(!is_mapped(pt_limit(&m.pt)));
	CHECK(!is_mapped(UINT64_MAX));
	CHECK_EQ(fake_pt_pages(&m.pt), 2);
	CHECK_EQ(pt_pages_to_unmap(&m.pt, PAGE_SIZE, PAGE_SIZE), 0);
	pt_model_exit(&m);
}

TEST(largest_leaves)
{
	start(false);
	map(0, 0, 3 * GIB, RWX);
	CHECK_EQ(fake_pt_pages(&m.pt), 2);
	map(4 * GIB, 4 * GIB + 2 * MIB, GIB, RWX); /* only 2 MiB aligned */
	CHECK_EQ(fake_pt_pages(&m.pt), 3);
	map(6 * GIB, 6 * GIB + PAGE_SIZE, 2 * MIB, RWX);
	CHECK_EQ(fake_pt_pages(&m.pt), 5);
	map(512 * GIB - GIB, 0, 2 * GIB, RW); /* across the root's two tables */
	CHECK_EQ(fake_pt_pages(&m.pt), 5);
	CHECK(is_mapped(512 * GIB));
	pt_model_exit(&m);
}

TEST(last_page_of_the_space)
{
	uint64_t last = 1024 * GIB - PAGE_SIZE;
	paddr_t pa;

	start(true);
	map(last, 0, PAGE_SIZE, RW);
	CHECK(pt_lookup(&m.pt, last + 5, &pa, NULL));
	CHECK_EQ(pa, 5);
	CHECK(!is_mapped(last - 1));
	unmap(last, PAGE_SIZE);
	CHECK(!is_mapped(last));
	pt_model_exit(&m);
}

TEST(split_and_merge)
{
	start(true);
	map(0, 0, 2 * GIB, RWX);
	CHECK_EQ(pt_pages_to_unmap(&m.pt, MIB, PAGE_SIZE), 2);
	unmap(MIB, PAGE_SIZE);
	CHECK_EQ(fake_pt_pages(&m.pt), 4);
	CHECK(is_mapped(MIB - 1) && !is_mapped(MIB) && is_mapped(MIB + PAGE_SIZE));
	CHECK_EQ(pt_pages_to_map(&m.pt, MIB, MIB, PAGE_SIZE, RWX), 0);
	map(MIB, MIB, PAGE_SIZE, RWX);
	CHECK_EQ(fake_pt_pages(&m.pt), 2);
	pt_model_exit(&m);
}

TEST(no_merge_and_no_superpages)
{
	start(true);
	map(0, 0, 2 * MIB, RWX | PT_NO_SUPER);
	CHECK_EQ(fake_pt_pages(&m.pt), 4);
	map(0, 0, MIB, RWX | PT_NO_MERGE);
	CHECK_EQ(fake_pt_pages(&m.pt), 4);
	map(0, 0, MIB, RWX);
	CHECK_EQ(fake_pt_pages(&m.pt), 3);
	pt_model_exit(&m);
}

TEST(what_must_not_merge)
{
	start(true);
	map(0, 0, MIB, RWX);
	map(MIB, MIB, MIB, RW); /* with other rights, so nothing merges */
	CHECK_EQ(fake_pt_pages(&m.pt), 4);
	map(2 * MIB, 5 * MIB, 2 * MIB, RWX); /* adjacent, but not aligned */
	CHECK_EQ(fake_pt_pages(&m.pt), 5);
	map(4 * MIB, 4 * MIB, MIB, RWX);
	map(5 * MIB, 8 * MIB, MIB, RWX); /* not adjacent */
	CHECK_EQ(fake_pt_pages(&m.pt), 6);
	map(MIB, MIB, MIB, RWX);
	CHECK_EQ(fake_pt_pages(&m.pt), 5);
	pt_model_exit(&m);
}

/* A format without 1 GiB leaves, below a root of another level. */
TEST(lower_leaves_only)
{
	struct page_table pt = {
		.format = &fake_format, .root_level = 3, .max_leaf_level = 1, .root_pages = 1
	};
	struct page_reserve reserve = { 0 };
	uint64_t va = 5 * 512 * GIB;
	size_t pages;

	fake_memory_init();
	pt.root = pool_alloc(1);
	CHECK_EQ(pt_limit(&pt), BIT(48));
	pages = pt_pages_to_map(&pt, va, 0, 2 * GIB, RWX);
	CHECK_EQ(pages, 3);
	CHECK(reserve_grow(&reserve, pages));
	pt_map(&pt, &reserve, va, 0, 2 * GIB, RWX);
	CHECK_EQ(fake_pt_pages(&pt), 4);
	CHECK(pt_lookup(&pt, va + 2 * GIB - 1, NULL, NULL));
	CHECK_EQ(pt_pages_to_unmap(&pt, va, 2 * GIB), 0);
	CHECK_EQ(pt_pages_to_unmap(&pt, va + MIB, 2 * GIB - MIB), 1);
	pt_free(&pt);
	CHECK_EQ(pool_pages_used(), 1);
}

/* An upper bound stays correct while other ranges change. */
TEST(bounds_hold)
{
	start(true);
	map(0, 0, 4 * GIB, RWX);
	for (unsigned round = 0; round < 200; round++) {
		uint64_t a = fake_random() % 512 * MIB, b = GIB + fake_random() % 512 * MIB;
		uint64_t size = (1 + fake_random() % 1024) * PAGE_SIZE;
		size_t pages = pt_pages_to_unmap(&m.pt, a, size);

		CHECK(reserve_grow(&m.reserve, pages));
		CHECK(reserve_grow(&m.reserve, pt_pages_to_unmap(&m.pt, b, size)));
		pt_unmap(&m.pt, &m.reserve, b, size);
		pt_unmap(&m.pt, &m.reserve, a, size);
		CHECK_EQ(pt_pages_to_map(&m.pt, a, a, size, RWX), 0);
		CHECK_EQ(pt_pages_to_map(&m.pt, b, b, size, RWX), 0);
		pt_map(&m.pt, &m.reserve, a, a, size, RWX);
		pt_map(&m.pt, &m.reserve, b, b, size, RWX);
		reserve_release(&m.reserve);
		CHECK_EQ(fake_pt_pages(&m.pt), 2);
		fake_walkers_check();
	}
	pt_model_exit(&m);
}

static void random_changes(bool live, unsigned count)
{
	start(live);
	while (count--)
		pt_model_choose(&m, fake_random() >> 8);
	pt_model_exit(&m);
}

TEST(random_changes)
{
	random_changes(false, 3000);
}

TEST(random_changes_live)
{
	random_changes(true, 600);
}

/* ---- the model detects errors of the walker ---- */

static void scenario_split(void)
{
	map(0, 0, GIB, RWX);
	unmap(MIB, PAGE_SIZE);
	CHECK(!is_mapped(MIB));
}

static void scenario_merge(void)
{
	map(0, 0, 2 * MIB, RWX | PT_NO_MERGE | PT_NO_SUPER);
	map(0, 0, MIB, RWX);
}

static void scenario_replace(void)
{
	map(0, 0, 4 * MIB, RWX);
	map(0, 64 * MIB, 4 * MIB, RW);
}

static void scenario_replace_table(void)
{
	map(0, 0, MIB, RWX);
	map(0, 64 * MIB, 2 * MIB, RW);
}

static void scenario_unmap(void)
{
	map(MIB, 0, 4 * MIB, RWX);
	unmap(MIB, 4 * MIB);
	for (uint64_t va = MIB; va < 5 * MIB; va += PAGE_SIZE)
		CHECK(!is_mapped(va));
}

static const struct {
	const char *name;
	void (*run)(void);
	unsigned flushes, breaks, tables, writes; /* least number of each in the scenario */
} scenarios[] = {
	{ "split", scenario_split, 3, 3, 2, 4 },
	{ "merge", scenario_merge, 1, 1, 2, 3 },
	{ "replace", scenario_replace, 1, 2, 1, 5 },
	{ "replace_table", scenario_replace_table, 1, 1, 2, 3 },
	{ "unmap", scenario_unmap, 1, 5, 3, 6 },
};

struct sabotage {
	enum fake_sabotage what;
	unsigned nth, scenario;
};

static void run_sabotaged(void *argument)
{
	const struct sabotage *s = argument;

	start(true);
	fake_sabotage(s->what, s->nth);
	scenarios[s->scenario].run();
}

static void each_is_noticed(enum fake_sabotage what, unsigned count, unsigned scenario)
{
	for (unsigned n = 1; n <= count; n++) {
		struct sabotage s = { what, n, scenario };

		CHECK_FAILS(run_sabotaged, &s, "");
	}
}

TEST(sound_scenarios_pass)
{
	start(true);
	for (unsigned i = 0; i < ARRAY_SIZE(scenarios); i++) {
		scenarios[i].run();
		unmap(0, GIB);
	}
	pt_model_exit(&m);
}

TEST(missing_flushes_are_noticed)
{
	for (unsigned i = 0; i < ARRAY_SIZE(scenarios); i++) {
		each_is_noticed(FAKE_DROP_FLUSH, scenarios[i].flushes, i);
		each_is_noticed(FAKE_SHORT_FLUSH, scenarios[i].flushes, i);
		each_is_noticed(FAKE_KEEP_TLB, scenarios[i].flushes, i);
	}
}

TEST(missing_breaks_are_noticed)
{
	for (unsigned i = 0; i < ARRAY_SIZE(scenarios); i++)
		each_is_noticed(FAKE_NO_BREAK, scenarios[i].breaks, i);
}

TEST(missing_barriers_are_noticed)
{
	for (unsigned i = 0; i < ARRAY_SIZE(scenarios); i++) {
		each_is_noticed(FAKE_NO_BARRIER, scenarios[i].tables, i);
		each_is_noticed(FAKE_PLAIN_WRITE, scenarios[i].writes, i);
	}
}

static void fill_after_publishing(void *unused)
{
	uint64_t *table;

	(void)unused;
	start(true);
	table = pool_alloc(1);
	arch_pt_write(m.pt.root, ptr_to_phys(table) | fake_format.table);
	arch_pt_flush(&m.pt, 0, 0);
	table[3] = pt_leaf(&fake_format, 0, RW, 1);
	fake_walkers_check();
}

static void free_before_flush(void *unused)
{
	uint64_t entry;

	(void)unused;
	start(true);
	map(0, 0, 2 * MIB, RWX | PT_NO_SUPER);
	for (unsigned i = 0; i < 100; i++)
		fake_translate(&m.pt, i * PAGE_SIZE, &(paddr_t){ 0 }, &(unsigned){ 0 });
	entry = m.pt.root[0];
	arch_pt_write(m.pt.root, 0);
	pool_free(phys_to_ptr(pt_address(&fake_format, entry)), 1);
	pool_alloc(1);
}

static void change_without_break(void *unused)
{
	(void)unused;
	start(true);
	map(0, 0, GIB, RWX);
	arch_pt_write(m.pt.root, pt_leaf(&fake_format, 0, RW, 2));
}

static void make_before_flush(void *unused)
{
	(void)unused;
	start(true);
	map(0, 0, GIB, RWX);
	arch_pt_write(m.pt.root, 0);
	arch_pt_write(m.pt.root, pt_leaf(&fake_format, 0, RW, 2));
}

static void no_barrier_at_the_end(void *unused)
{
	(void)unused;
	start(true);
	fake_walkers_check();
	arch_pt_flush(&m.pt, 0, 0);
	arch_pt_write(m.pt.root, pt_leaf(&fake_format, 0, RW, 2));
	fake_walkers_check();
}

TEST(wrong_orders_are_noticed)
{
	CHECK_FAILS(fill_after_publishing, NULL, "walkers don't see");
	CHECK_FAILS(free_before_flush, NULL, "reused before the flush");
	CHECK_FAILS(change_without_break, NULL, "without a break");
	CHECK_FAILS(make_before_flush, NULL, "before the flush");
	CHECK_FAILS(no_barrier_at_the_end, NULL, "may not see yet");
}
