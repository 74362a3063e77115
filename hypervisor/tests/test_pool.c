// SPDX-License-Identifier: GPL-2.0
/* The page pool and reserves. */
#include "test.h"
#include <hyp/pool.h>
#include <stdlib.h>
#include <string.h>

static uint8_t memory[200 * PAGE_SIZE] __attribute__((aligned(64 * 4096)));

static bool is_zero(const void *page)
{
	for (size_t i = 0; i < PAGE_SIZE; i++)
		if (((const uint8_t *)page)[i])
			return false;
	return true;
}

static void start(size_t pages)
{
	memset(memory, 0xee, sizeof(memory));
	pool_init(memory, pages);
	CHECK_EQ(pool_pages(), pages);
	CHECK_EQ(pool_pages_used(), 0);
}

TEST(every_page_once)
{
	bool seen[200] = { false };

	start(200);
	for (unsigned i = 0; i < 200; i++) {
		uint8_t *p = pool_alloc(1);
		size_t n = (size_t)(p - memory) / PAGE_SIZE;

		CHECK(p && (uintptr_t)p % PAGE_SIZE == 0 && n < 200 && !seen[n] && is_zero(p));
		seen[n] = true;
		memset(p, 0xdd, PAGE_SIZE);
		CHECK_EQ(pool_pages_used(), i + 1);
	}
	CHECK(pool_alloc(1) == NULL);
	CHECK_EQ(pool_pages_used(), 200);
	pool_free(memory + 77 * PAGE_SIZE, 1);
	CHECK(pool_alloc(2) == NULL);
	CHECK(pool_alloc(1) == memory + 77 * PAGE_SIZE);
	CHECK(is_zero(memory + 77 * PAGE_SIZE));
}

TEST(runs_are_adjacent_and_aligned)
{
	start(200);
	CHECK(pool_alloc(1) == memory);
	for (size_t pages = 2; pages <= 64; pages *= 2) {
		uint8_t *p = pool_alloc(pages);

		CHECK(p && (uintptr_t)p % (pages * PAGE_SIZE) == 0);
		for (size_t i = 0; i < pages; i++)
			CHECK(is_zero(p + i * PAGE_SIZE));
	}
	CHECK_EQ(pool_pages_used(), 127);
	CHECK(pool_alloc(73) == NULL);
	CHECK(pool_alloc(72) == memory + 128 * PAGE_SIZE);
	CHECK(pool_alloc(1000) == NULL);
}

TEST(a_pool_that_is_not_aligned)
{
	memset(memory, 0xee, sizeof(memory));
	pool_init(memory + PAGE_SIZE, 10);
	CHECK(pool_alloc(4) == memory + 4 * PAGE_SIZE);
	CHECK(pool_alloc(8) == NULL);
	CHECK(pool_alloc(3) == memory + PAGE_SIZE);
}

TEST(too_many_pages_are_left_alone)
{
	pool_init((void *)0x100000, POOL_MAX_PAGES + 5);
	CHECK_EQ(pool_pages(), POOL_MAX_PAGES);
}

TEST(reserves)
{
	struct page_reserve a = { 0 }, b = { 0 };
	void *page;
	bool ok;

	start(20);
	ok = reserve_grow(&a, 12);
	CHECK(ok && a.count == 12);
	ok = reserve_grow(&b, 9);
	CHECK(!ok && b.count == 0 && pool_pages_used() == 12);
	ok = reserve_grow(&b, 8);
	CHECK(ok);
	CHECK(pool_alloc(1) == NULL);
	page = reserve_take(&a);
	CHECK(is_zero(page));
	CHECK_EQ(a.count, 11);
	CHECK_EQ(pool_pages_used(), 20);
	reserve_put(&b, page);
	CHECK_EQ(b.count, 9);
	reserve_release(&b);
	CHECK_EQ(pool_pages_used(), 11);
	reserve_release(&a);
	reserve_release(&a);
	CHECK_EQ(pool_pages_used(), 0);
	CHECK(a.count == 0 && b.count == 0);
	ok = reserve_grow(&a, 0);
	CHECK(ok && a.count == 0);
}

/* Random use, compared with an array of owners. */
TEST(random_use)
{
	struct {
		uint8_t *p;
		size_t pages;
	} held[64] = { 0 };
	size_t used = 0;

	start(200);
	srand(1);
	for (unsigned i = 0; i < 20000; i++) {
		unsigned slot = (unsigned)rand() % 64;

		if (held[slot].p) {
			for (size_t j = 0; j < held[slot].pages; j++)
				CHECK_EQ(held[slot].p[j * PAGE_SIZE], slot);
			pool_free(held[slot].p, held[slot].pages);
			used -= held[slot].pages;
			held[slot].p = NULL;
		} else {
			size_t pages = 1 + (unsigned)rand() % 8;
			uint8_t *p = pool_alloc(pages);

			if (!p)
				continue;
			held[slot].p = p;
			held[slot].pages = pages;
			used += pages;
			for (size_t j = 0; j < pages; j++) {
				CHECK_EQ(p[j * PAGE_SIZE], 0);
				p[j * PAGE_SIZE] = (uint8_t)slot;
			}
		}
		CHECK_EQ(pool_pages_used(), used);
	}
}
