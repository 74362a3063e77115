// SPDX-License-Identifier: GPL-2.0
/* The page pool: one bit per page; the lowest free page is allocated first. */
#include <hyp/pool.h>
#include <hyp/string.h>

#define WORD_PAGES 64u

static uint64_t used[POOL_MAX_PAGES / WORD_PAGES]; /* bit set: page in use or beyond the pool */
static uint8_t *pool_start;
static size_t page_count;
static size_t used_count;
static size_t first_word; /* words below it have no free page */

static bool is_used(size_t page)
{
	return used[page / WORD_PAGES] & BIT(page % WORD_PAGES);
}

/* Invert the state of pages, one word at a time. */
static void toggle(size_t page, size_t pages)
{
	while (pages) {
		size_t bit = page % WORD_PAGES, n = MIN(pages, WORD_PAGES - bit);

		used[page / WORD_PAGES] ^= (n == WORD_PAGES ? ~0ull : BIT(n) - 1) << bit;
		page += n;
		pages -= n;
	}
}

void pool_init(void *start, size_t pages)
{
	pool_start = start;
	page_count = MIN(pages, POOL_MAX_PAGES);
	used_count = 0;
	first_word = 0;
	memset(used, 0xff, sizeof(used));
	toggle(0, page_count);
}

static void *take_page(void)
{
	for (; first_word < ARRAY_SIZE(used); first_word++) {
		uint64_t free = ~used[first_word];

		if (free) {
			size_t page = first_word * WORD_PAGES + (size_t)__builtin_ctzll(free);

			used[first_word] |= free & -free;
			used_count++;
			return pool_start + page * PAGE_SIZE;
		}
	}
	return NULL;
}

static bool run_is_free(size_t page, size_t pages)
{
	for (size_t p = page; p < page + pages; p++)
		if (is_used(p))
			return false;
	return true;
}

/* A power of two of pages is aligned to its size: concatenated root tables need that. */
static void *take_run(size_t pages)
{
	size_t step = pages & (pages - 1) ? 1 : pages;
	size_t skew = (uintptr_t)pool_start / PAGE_SIZE % step;

	for (size_t p = skew ? step - skew : 0; pages <= page_count && p <= page_count - pages;
	     p += step) {
		if (run_is_free(p, pages)) {
			toggle(p, pages);
			used_count += pages;
			return pool_start + p * PAGE_SIZE;
		}
	}
	return NULL;
}

void __attribute__((weak)) clear_page(void *page)
{
	memset(page, 0, PAGE_SIZE);
}

void *pool_alloc(size_t pages)
{
	uint8_t *first = pages == 1 ? take_page() : take_run(pages);

	if (first)
		for (size_t i = 0; i < pages; i++)
			clear_page(first + i * PAGE_SIZE);
	return first;
}

void pool_free(void *first, size_t pages)
{
	size_t page = (size_t)((uint8_t *)first - pool_start) / PAGE_SIZE;

	if (!first)
		return;
	toggle(page, pages);
	used_count -= pages;
	first_word = MIN(first_word, page / WORD_PAGES);
}

bool reserve_grow(struct page_reserve *reserve, size_t pages)
{
	if (pages > page_count - used_count)
		return false;
	while (pages--)
		reserve_put(reserve, take_page());
	return true;
}

void *reserve_take(struct page_reserve *reserve)
{
	void *page = reserve->first;

	reserve->first = *(void **)page;
	reserve->count--;
	clear_page(page);
	return page;
}

void reserve_put(struct page_reserve *reserve, void *page)
{
	*(void **)page = reserve->first;
	reserve->first = page;
	reserve->count++;
}

void reserve_release(struct page_reserve *reserve)
{
	while (reserve->count) {
		void *page = reserve->first;

		reserve->first = *(void **)page;
		reserve->count--;
		pool_free(page, 1);
	}
}

size_t pool_pages(void)
{
	return page_count;
}

size_t pool_pages_used(void)
{
	return used_count;
}
