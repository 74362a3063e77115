/* SPDX-License-Identifier: GPL-2.0 */
/* The model of walkers: what walker.c (they read) and tables.c (the hypervisor writes) share. */
#ifndef FAKE_WALKER_H
#define FAKE_WALKER_H

#include "model.h"

#define WATCHES (BH_MAX_CELLS + 4u)
#define TLB_ENTRIES 64u
#define BROKEN_MAX 16384u
#define ENTRIES 512u

/* What a walker keeps of one entry. level: of the entry. */
struct cached {
	bool used;
	uint64_t va, entry;
	unsigned level;
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
	bool synced;		     /* the walkers know it */
	bool unseen;		     /* a write that they may not see yet */
	unsigned events;	     /* since the last flush */
	struct cached tlb[TLB_ENTRIES];
	struct broken broken[BROKEN_MAX];
	unsigned n_broken;
};

extern struct watch watches[WATCHES];

/* Which table a page of the hypervisor's memory is. */
struct owner {
	struct watch *watch;
	unsigned level; /* of its entries */
	uint64_t va;	/* that its first entry maps */
};

/* By page of the hypervisor's memory. */
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

/* A leaf's memory lies where hardware takes it to lie. */
static inline void check_leaf(const struct page_table *pt, uint64_t entry, unsigned level)
{
	paddr_t pa = pt_address(pt->format, entry);

	if (is_valid(pt, entry) && !is_table(pt, entry, level) && pa & (span_of(level) - 1))
		fake_fail("leaf of level %u at %#lx", level, pa);
}

/* The walkers see a table and what is below it as it is now. */
void sync_table(struct watch *w, uint64_t *table, unsigned level, uint64_t va);

/* Notice tables that became live, or stopped being so, since the last event. */
void look_around(void);

/* The watch of a table, or NULL. */
struct watch *watch_of(const struct page_table *pt);

/* Something happens near here: walkers walk. */
void wander(struct watch *w, uint64_t near, uint64_t span);

#endif
