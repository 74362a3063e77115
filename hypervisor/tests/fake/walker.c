// SPDX-License-Identifier: GPL-2.0
/*
 * A model of hardware that walks page tables while they change. Walkers read the memory behind the
 * caches (the shadow), where ordinary stores arrive only after an arch_pt_write() made their table
 * reachable. They walk at random times and cache the entries that they read, leaves and tables,
 * until these are flushed.
 */
#include <string.h>
#include "walker.h"

#define WALKS 4u    /* walks at each event */
#define CURIOUS 64u /* so many events after a flush cause walks; then one in so many does */

struct watch watches[WATCHES];
static struct owner owners[FAKE_HYP_SIZE / PAGE_SIZE + 1];

struct owner *owner_of(const void *p)
{
	paddr_t pa = ptr_to_phys(p);

	if (!range_contains(FAKE_HYP, FAKE_HYP_SIZE, pa, 8))
		fake_fail("page table at %#lx, outside the hypervisor's memory", pa);
	return &owners[(pa - FAKE_HYP) / PAGE_SIZE];
}

void sync_table(struct watch *w, uint64_t *table, unsigned level, uint64_t va)
{
	*owner_of(table) = (struct owner){ w, level, va };
	memcpy(fake_shadow_of(table), table, PAGE_SIZE);
	for (unsigned i = 0; i < ENTRIES; i++) {
		check_leaf(w->pt, table[i], level);
		if (level && is_table(w->pt, table[i], level))
			sync_table(w, table_of(w->pt, table[i]), level - 1,
				   va + i * span_of(level));
	}
}

static void sync_root(struct watch *w)
{
	const struct page_table *pt = w->pt;

	for (unsigned i = 0; i < pt->root_pages; i++)
		sync_table(w, pt->root + i * ENTRIES, pt->root_level,
			   i * span_of(pt->root_level + 1));
	w->synced = true;
}

static void start_watch(struct watch *w, const struct page_table *pt)
{
	w->pt = pt;
	w->synced = w->unseen = false;
	w->n_broken = 0;
	memset(w->tlb, 0, sizeof(w->tlb));
}

void fake_watch(const struct page_table *pt)
{
	for (unsigned i = 0; i < WATCHES; i++) {
		if (!watches[i].pt) {
			start_watch(&watches[i], pt);
			return;
		}
	}
	fake_fail("too many page tables");
}

void fake_unwatch(const struct page_table *pt)
{
	for (unsigned i = 0; i < WATCHES; i++)
		if (watches[i].pt == pt)
			watches[i].pt = NULL;
}

void look_around(void)
{
	for (unsigned i = 0; i < WATCHES; i++) {
		struct watch *w = &watches[i];

		if (w->pt && w->pt->live && !w->synced)
			sync_root(w);
		if (w->pt && !w->pt->live && w->synced)
			start_watch(w, w->pt);
	}
}

struct watch *watch_of(const struct page_table *pt)
{
	for (unsigned i = 0; i < WATCHES; i++)
		if (watches[i].pt == pt)
			return &watches[i];
	return NULL;
}

static void keep(struct watch *w, uint64_t va, uint64_t entry, unsigned level)
{
	w->tlb[fake_random() % TLB_ENTRIES] = (struct cached){
		.used = true,
		.va = ALIGN_DOWN(va, span_of(level)),
		.entry = entry,
		.level = level,
	};
}

/* The cached entry of the lowest level that covers va, or NULL. */
static const struct cached *best_kept(const struct watch *w, uint64_t va)
{
	const struct cached *best = NULL;

	for (unsigned i = 0; i < TLB_ENTRIES; i++) {
		const struct cached *c = &w->tlb[i];

		if (c->used && va - c->va < span_of(c->level) && (!best || c->level < best->level))
			best = c;
	}
	return best;
}

/* The entry for va in a table of that level, as visible to walkers. */
static uint64_t seen_entry(struct watch *w, uint64_t *table, unsigned level, uint64_t va)
{
	uint64_t i = va / span_of(level);
	uint64_t *entry = &table[level == w->pt->root_level ? i : i % ENTRIES];
	uint64_t seen = *(uint64_t *)fake_shadow_of(entry);

	if (owner_of(entry)->watch == w && seen != *entry)
		fake_fail("%#lx: a walker finds %#lx in a table that holds %#lx", va, seen, *entry);
	return seen;
}

/* Walk and cache the entries read. Returns the last entry; *level: its level. */
static uint64_t walk(struct watch *w, uint64_t va, unsigned *level)
{
	const struct page_table *pt = w->pt;
	const struct cached *kept = fake_random() % 4 ? best_kept(w, va) : NULL;
	uint64_t entry;

	*level = kept ? kept->level : pt->root_level;
	entry = kept ? kept->entry : seen_entry(w, pt->root, *level, va);
	for (;;) {
		if (!is_valid(pt, entry))
			return entry;
		keep(w, va, entry, *level);
		if (!is_table(pt, entry, *level))
			return entry;
		--*level;
		entry = seen_entry(w, table_of(pt, entry), *level, va);
	}
}

/* Walks concentrate on recent changes and get rarer in a long series of changes. */
void wander(struct watch *w, uint64_t near, uint64_t span)
{
	unsigned level;

	if (w->events++ >= CURIOUS && fake_random() % CURIOUS)
		return;
	for (unsigned i = 0; i < WALKS; i++)
		walk(w, (near + fake_random() % span) % pt_limit(w->pt), &level);
	walk(w, fake_random() % pt_limit(w->pt), &level);
}

bool fake_translate(const struct page_table *pt, uint64_t va, paddr_t *pa, unsigned *attrs)
{
	struct watch *w = watch_of(pt);
	unsigned level;
	uint64_t entry;

	if (!w || !pt->live || va >= pt_limit(pt))
		return pt_lookup(pt, va, pa, attrs);
	look_around();
	entry = walk(w, va, &level);
	if (!is_valid(pt, entry))
		return false;
	*pa = pt_address(pt->format, entry) | (va & (span_of(level) - 1));
	*attrs = pt_attrs(pt->format, entry);
	return true;
}

static size_t count_tables(const struct page_table *pt, const uint64_t *table, unsigned level,
			   size_t entries)
{
	size_t pages = 1;

	for (size_t i = 0; level && i < entries; i++)
		if (is_table(pt, table[i], level))
			pages += count_tables(pt, table_of(pt, table[i]), level - 1, ENTRIES);
	return pages;
}

size_t fake_pt_pages(const struct page_table *pt)
{
	return count_tables(pt, pt->root, pt->root_level, pt->root_pages * ENTRIES) +
	       pt->root_pages - 1;
}
