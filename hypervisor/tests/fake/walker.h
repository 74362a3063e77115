/* SPDX-License-Identifier: GPL-2.0 */
/* The walker model: shared by walker.c (walkers read) and tables.c (the hypervisor writes). */
#ifndef FAKE_WALKER_H
#define FAKE_WALKER_H

#include "model.h"

#define WATCHES (BH_MAX_CELLS + 4u)
#define TLB_ENTRIES 64u
#define BROKEN_MAX 16384u
#define ENTRIES 512u

/* An entry that a TLB holds. */
struct cached {
	bool used;
	uint64_t va, entry;
	unsigned level; /* of the entry */
};

/* An entry that was made invalid. */
struct broken {
	uint64_t *entry;
	uint64_t va, old;
	unsigned level;
	bool flushed;
};

struct watch {
	const struct page_table *pt; /* NULL: free */
	bool synced;		     /* walkers use it */
	bool unseen;		     /* a write may not be visible to walkers yet */
	unsigned events;	     /* events since the last flush */
	struct cached tlb[TLB_ENTRIES];
	struct broken broken[BROKEN_MAX];
	unsigned n_broken;
};

extern struct watch watches[WATCHES];

/* Record of a page of the hypervisor's memory that holds a table: which one. */
struct owner {
	struct watch *watch;
	unsigned level; /* level of its entries */
	uint64_t va;	/* address that its first entry maps */
};

/* The record of the page that contains p. */
struct owner *owner_of(const void *p);

static inline uint64_t span_of(unsigned level)
{
	return PAGE_SIZE << (9 * level);
}

static inline bool is_valid(const struct page_table *pt, uint64_t entry)
{
	return entry & pt->format->valid;
}

static inline bool is_table(const struct page_table *pt, uint64_t entry, unsigned level)
{
	return pt_is_table(pt->format, entry, level);
}

static inline uint64_t *table_of(const struct page_table *pt, uint64_t entry)
{
	return phys_to_ptr(pt_address(pt->format, entry));
}

/* Fail if a leaf's address is not aligned to its size: hardware ignores the low bits; or if it shows
 * a guest a page of the hypervisor that was not cleaned. */
static inline void check_leaf(const struct page_table *pt, uint64_t entry, unsigned level)
{
	paddr_t pa = pt_address(pt->format, entry);

	if (!is_valid(pt, entry) || is_table(pt, entry, level))
		return;
	if (pa & (span_of(level) - 1))
		fake_fail("leaf of level %u at %#lx", level, pa);
	if (pt->context && range_contains(FAKE_HYP, FAKE_HYP_SIZE, pa, span_of(level)))
		fake_check_shown(pa);
}

/* Make the current content of a table and of all tables below it visible to walkers. */
void sync_table(struct watch *w, uint64_t *table, unsigned level, uint64_t va);

/* Update the watches of tables that became live or not live since the last event. */
void look_around(void);

/* Returns the watch of a table, or NULL. */
struct watch *watch_of(const struct page_table *pt);

/* Let walkers walk at random addresses, mostly near an event. */
void wander(struct watch *w, uint64_t near, uint64_t span);

#endif
