/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A reference for page tables: a list of intervals. All operations begin and end
 * at points of the list, so an interval is mapped alike everywhere. The points
 * are boundaries of tables and superpages, and pages beside them.
 */
#ifndef PT_MODEL_H
#define PT_MODEL_H

#include "pt_formats.h"
#include "test.h"
#include <arch/fake.h>

#define MIB (1ull << 20)
#define GIB (1ull << 30)

static const uint64_t pt_points[] = {
	0,
	PAGE_SIZE,
	5 * PAGE_SIZE,
	MIB,
	2 * MIB - PAGE_SIZE,
	2 * MIB,
	2 * MIB + PAGE_SIZE,
	4 * MIB,
	6 * MIB,
	512 * MIB,
	GIB - 2 * MIB,
	GIB - MIB,
	GIB - PAGE_SIZE,
	GIB,
	GIB + PAGE_SIZE,
	GIB + 2 * MIB,
	2 * GIB - 4 * MIB,
	2 * GIB - 3 * PAGE_SIZE,
	2 * GIB,
	2 * GIB + 2 * MIB,
	3 * GIB,
	512 * GIB - 2 * MIB,
	512 * GIB - PAGE_SIZE,
	512 * GIB,
	512 * GIB + PAGE_SIZE,
	512 * GIB + 2 * MIB,
	513 * GIB,
};

#define PT_INTERVALS (ARRAY_SIZE(pt_points) - 1)

struct pt_model {
	struct page_table pt;
	struct page_reserve reserve;
	size_t pool_before;
	pt_reference *reference; /* NULL: none */
	unsigned known_attrs;	 /* that the hardware has */
	struct {
		bool mapped;
		uint64_t delta; /* pa - va */
		unsigned attrs;
	} intervals[PT_INTERVALS];
};

/* Start with an empty table of this format. root_level: level of the root's entries; reference: the
 * walker to compare with, or NULL. */
static inline void pt_model_init_format(struct pt_model *m, const struct pt_format *format,
					pt_reference *reference, unsigned root_level,
					unsigned root_pages, bool live)
{
	*m = (struct pt_model){ .pool_before = pool_pages_used(),
				.reference = reference,
				.known_attrs = PT_ATTRS };
	m->pt = (struct page_table){ .format = format,
				     .root = pool_alloc(root_pages),
				     .root_level = root_level,
				     .max_leaf_level = 2,
				     .root_pages = root_pages,
				     .live = live };
	fake_watch(&m->pt);
}

static inline void pt_model_init(struct pt_model *m, bool live)
{
	pt_model_init_format(m, &fake_format, NULL, 2, 2, live);
}

/* Compare with the reference walker: hardware would find the same mapping of va, in interval i. */
static inline void pt_model_check_reference(const struct pt_model *m, size_t i, uint64_t va)
{
	struct pt_found found;
	bool mapped = m->reference(ptr_to_phys(m->pt.root), m->pt.root_level + 1, va, &found);

	CHECK_EQ(mapped, m->intervals[i].mapped);
	if (mapped) {
		CHECK_EQ(found.pa, va + m->intervals[i].delta);
		CHECK_EQ(found.attrs, m->intervals[i].attrs & m->known_attrs);
	}
}

/* Compare the mapping of an address in interval i with the reference. */
static inline void pt_model_check_at(const struct pt_model *m, size_t i, uint64_t va)
{
	paddr_t pa = 0;
	unsigned attrs = 0;
	bool mapped = pt_lookup(&m->pt, va, &pa, &attrs);

	CHECK_EQ(mapped, m->intervals[i].mapped);
	if (mapped) {
		CHECK_EQ(pa, va + m->intervals[i].delta);
		CHECK_EQ(attrs, m->intervals[i].attrs);
	}
	if (m->reference)
		pt_model_check_reference(m, i, va);
}

static inline void pt_model_check(const struct pt_model *m)
{
	for (size_t i = 0; i < PT_INTERVALS; i++) {
		uint64_t start = pt_points[i], size = pt_points[i + 1] - start;

		pt_model_check_at(m, i, start);
		pt_model_check_at(m, i, start + size - 1);
		pt_model_check_at(m, i, start + fake_random() % size);
	}
	CHECK_EQ(m->reserve.count, 0);
	CHECK_EQ(pool_pages_used(), m->pool_before + fake_pt_pages(&m->pt));
	fake_walkers_check();
}

/* Map or unmap (attrs 0) points [from, to), and compare. The number of pages must be exact. */
static inline void pt_model_change(struct pt_model *m, size_t from, size_t to, uint64_t delta,
				   unsigned attrs)
{
	uint64_t va = pt_points[from], size = pt_points[to] - va;
	size_t used = pool_pages_used(), pages;

	for (size_t i = from; i < to; i++) {
		m->intervals[i].mapped = attrs & PT_ATTRS;
		m->intervals[i].delta = delta;
		m->intervals[i].attrs = attrs & PT_ATTRS;
	}
	pages = attrs ? pt_pages_to_map(&m->pt, va, va + delta, size, attrs)
		      : pt_pages_to_unmap(&m->pt, va, size);
	CHECK(reserve_grow(&m->reserve, pages));
	CHECK_EQ(pool_pages_used(), used + pages);
	if (attrs)
		pt_map(&m->pt, &m->reserve, va, va + delta, size, attrs);
	else
		pt_unmap(&m->pt, &m->reserve, va, size);
	pt_model_check(m);
}

static inline void pt_model_exit(struct pt_model *m)
{
	m->pt.live = false;
	pt_free(&m->pt);
	CHECK_EQ(fake_pt_pages(&m->pt), m->pt.root_pages);
	fake_unwatch(&m->pt);
	pool_free(m->pt.root, m->pt.root_pages);
	CHECK_EQ(pool_pages_used(), m->pool_before);
}

static inline void pt_model_choose(struct pt_model *m, uint64_t choice)
{
	static const uint64_t deltas[] = { 0, 0, 0, 2 * MIB, 7 * PAGE_SIZE, GIB, 512 * GIB };
	static const unsigned attrs[] = {
		0,
		0,
		PT_READ | PT_WRITE | PT_EXECUTE,
		PT_READ | PT_WRITE | PT_EXECUTE,
		PT_READ | PT_WRITE,
		PT_READ,
		PT_READ | PT_WRITE | PT_DEVICE,
		PT_READ | PT_WRITE | PT_EXECUTE | PT_NO_MERGE,
		PT_READ | PT_WRITE | PT_EXECUTE | PT_NO_SUPER,
	};
	size_t a = choice % ARRAY_SIZE(pt_points), b = choice / 32 % ARRAY_SIZE(pt_points);
	unsigned what = attrs[choice / 1024 % ARRAY_SIZE(attrs)];
	uint64_t delta = deltas[choice / 16384 % ARRAY_SIZE(deltas)];
	size_t from = MIN(a, b), to = MAX(a, b);

	/* So many small leaves would take all memory. */
	if (pt_points[to] - pt_points[from] > 8 * MIB && (what & PT_NO_SUPER || delta % (2 * MIB)))
		return;
	if (pt_points[to] - pt_points[from] > 4 * GIB && delta % GIB)
		return;
	if (from < to)
		pt_model_change(m, from, to, delta, what);
}

#endif
