/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The page pool: all memory that the hypervisor hands out at run time comes
 * from the rest of its own region, in pages. Used under the management lock,
 * or before enable completes; never on a trap path.
 */
#ifndef HYP_POOL_H
#define HYP_POOL_H

#include <hyp/types.h>

/* Pages set aside for one purpose, so that using them later cannot fail. */
struct page_reserve {
	void *first; /* linked through their first word */
	uint32_t count;
};

/* Hand [start, start + pages * PAGE_SIZE) to the pool; at most POOL_MAX_PAGES. */
#define POOL_MAX_PAGES 16384u
void pool_init(void *start, size_t pages);

/* pages adjacent zeroed pages, or NULL if there are none. A power of two of them is aligned to its
 * size. */
void *pool_alloc(size_t pages);

/* Zero one page. An architecture may have a faster one (the pool's is weak). */
void clear_page(void *page);

/* Give pages back; NULL: none. */
void pool_free(void *first, size_t pages);

/* Add pages to a reserve; false (and nothing changed) if the pool has too few. */
bool __must_check reserve_grow(struct page_reserve *reserve, size_t pages);

/* A zeroed page of the reserve; the caller counted right, so there is one. */
void *reserve_take(struct page_reserve *reserve);

/* Put one page into a reserve, or give all that is left back to the pool. */
void reserve_put(struct page_reserve *reserve, void *page);
void reserve_release(struct page_reserve *reserve);

/* Pages in all, and pages in use (reserved ones included). */
size_t pool_pages(void);
size_t pool_pages_used(void);

/* The hypervisor maps its own memory linearly: address <-> physical address. */
extern uint64_t hyp_phys_offset; /* virtual - physical */
static inline void *phys_to_ptr(paddr_t pa)
{
	return (void *)(uintptr_t)(pa + hyp_phys_offset);
}
static inline paddr_t ptr_to_phys(const void *p)
{
	return (uint64_t)(uintptr_t)p - hyp_phys_offset;
}

#endif
