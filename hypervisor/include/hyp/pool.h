/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The page pool: the rest of the hypervisor's memory region, from which it allocates pages at run
 * time. Used with the management lock held, or before enable completes; never on a trap path.
 */
#ifndef HYP_POOL_H
#define HYP_POOL_H

#include <hyp/types.h>

/* Pages reserved for one purpose, so that taking them later cannot fail. */
struct page_reserve {
	void *first; /* a list, linked through the first word of each page */
	uint32_t count;
};

/* Set the pool to [start, start + pages * PAGE_SIZE); pages beyond POOL_MAX_PAGES are ignored. */
#define POOL_MAX_PAGES 16384u
void pool_init(void *start, size_t pages);

/* Allocate adjacent zeroed pages; NULL: there are none. A power of two of pages is aligned to its
 * size. */
void *pool_alloc(size_t pages);

/* Zero one page. The pool's function is weak: an architecture may replace it. */
void clear_page(void *page);

/* Free pages; NULL: nothing. */
void pool_free(void *first, size_t pages);

/* Move pages from the pool to a reserve. False: the pool has too few, and nothing changed. */
bool __must_check reserve_grow(struct page_reserve *reserve, size_t pages);

/* Take a page from a reserve and zero it. The reserve must not be empty. */
void *reserve_take(struct page_reserve *reserve);

/* Put one page into a reserve; return all its pages to the pool. */
void reserve_put(struct page_reserve *reserve, void *page);
void reserve_release(struct page_reserve *reserve);

/* The number of pages in total, and of those in use (reserved ones included). */
size_t pool_pages(void);
size_t pool_pages_used(void);

/* The hypervisor maps its memory linearly: virtual address - physical address. */
extern uint64_t hyp_phys_offset;

static inline void *phys_to_ptr(paddr_t pa)
{
	return (void *)(uintptr_t)(pa + hyp_phys_offset);
}
static inline paddr_t ptr_to_phys(const void *p)
{
	return (uint64_t)(uintptr_t)p - hyp_phys_offset;
}

#endif
