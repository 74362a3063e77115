// SPDX-License-Identifier: GPL-2.0
/* The table of emulated registers. */
#include "test.h"
#include <hyp/mmio.h>
#include <stdlib.h>

static bool handler(struct cell *cell, struct mmio_access *access, void *context)
{
	(void)cell, (void)access, (void)context;
	return true;
}

static bool add(struct mmio_table *t, ipaddr_t start, uint64_t size)
{
	return mmio_add(t, start, size, handler, NULL, 0);
}

TEST(found_with_its_context)
{
	struct mmio_table t = { 0 };
	const struct mmio_range *r;
	int context;
	bool ok = mmio_add(&t, 0x1000, 0x1000, handler, &context, 7);

	CHECK(ok);
	r = mmio_find(&t, 0x1ffc, 4);
	CHECK(r && r->start == 0x1000 && r->size == 0x1000 && r->handler == handler);
	CHECK(r->context == &context && r->exit == 7);
}

TEST(edges)
{
	struct mmio_table t = { 0 };

	CHECK(mmio_find(&t, 0, 1) == NULL);
	CHECK(add(&t, 0x1000, 0x1000));
	CHECK(add(&t, 0x2000, 0x10)); /* adjacent */
	CHECK(mmio_find(&t, 0xfff, 1) == NULL);
	CHECK(mmio_find(&t, 0xffc, 8) == NULL);
	CHECK(mmio_find(&t, 0x1000, 8) == &t.ranges[0]);
	CHECK(mmio_find(&t, 0x1fff, 1) == &t.ranges[0]);
	CHECK(mmio_find(&t, 0x1fff, 2) == NULL); /* spans two ranges */
	CHECK(mmio_find(&t, 0x200f, 1) == &t.ranges[1]);
	CHECK(mmio_find(&t, 0x200f, 2) == NULL);
	CHECK(mmio_find(&t, 0x2010, 1) == NULL);
	CHECK(mmio_find(&t, UINT64_MAX, 8) == NULL);
}

TEST(refused)
{
	struct mmio_table t = { 0 };

	CHECK(add(&t, 0x1000, 0x1000));
	CHECK(!add(&t, 0x1fff, 1));
	CHECK(!add(&t, 0x0, 0x1001));
	CHECK(!add(&t, 0x0, 0x10000));
	CHECK(!add(&t, 0x1800, 0x10));
	CHECK(!add(&t, 0x5000, 0));
	CHECK(!add(&t, UINT64_MAX - 0xfff, 0x2000)); /* wraps */
	CHECK_EQ(t.count, 1);
	CHECK(add(&t, UINT64_MAX - 0xfff, 0xfff));
	CHECK(mmio_find(&t, UINT64_MAX - 1, 1) == &t.ranges[1]);
}

TEST(full_table_is_refused)
{
	struct mmio_table t = { 0 };

	for (unsigned i = 0; i < MMIO_RANGES; i++)
		CHECK(add(&t, i * 0x1000, 0x1000));
	CHECK(!add(&t, MMIO_RANGES * 0x1000, 0x1000));
	CHECK_EQ(t.count, MMIO_RANGES);
}

/* Compared with a byte map. */
TEST(random_tables)
{
	srand(1);
	for (unsigned round = 0; round < 500; round++) {
		struct mmio_table t = { 0 };
		uint8_t owner[256] = { 0 }; /* start of the range + 1; 0: none */
		unsigned count = 0;

		for (unsigned i = 0; i < 30; i++) {
			unsigned start = (unsigned)rand() % 240, size = 1 + (unsigned)rand() % 15;
			bool is_free = count < MMIO_RANGES;

			for (unsigned j = start; j < start + size; j++)
				is_free &= !owner[j];
			CHECK_EQ(add(&t, start, size), is_free);
			for (unsigned j = start; is_free && j < start + size; j++)
				owner[j] = (uint8_t)(start + 1);
			count += is_free;
		}
		for (unsigned i = 1; i < t.count; i++)
			CHECK(t.ranges[i - 1].start < t.ranges[i].start);
		for (unsigned a = 0; a < 248; a++) {
			unsigned size = 1u << (unsigned)rand() % 4;
			const struct mmio_range *r = mmio_find(&t, a, size);
			bool inside = owner[a];

			for (unsigned j = a; j < a + size; j++)
				inside &= owner[j] == owner[a];
			CHECK_EQ(r != NULL, inside);
			CHECK(!r || r->start + 1 == owner[a]);
		}
	}
}
