// SPDX-License-Identifier: GPL-2.0
/*
 * A model of hardware that walks page tables while they change. Walkers see
 * the memory behind the caches (the shadow), where ordinary stores arrive only
 * when an arch_pt_write() has made their table reachable; they walk at random
 * moments and keep what they saw, leaves and tables, until it is flushed.
 */
#include <hyp/paging.h>
#include <string.h>
#include "model.h"

#define WATCHES (BH_MAX_CELLS + 4u)
#define TLB_ENTRIES 64u
#define BROKEN_MAX 16384u
#define ENTRIES 512u
#define WALKS 4u    /* at each event, ... */
#define CURIOUS 64u /* ... of which so many after each flush, then one in so many */

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

static struct watch {
	const struct page_table *pt; /* NULL: free */
	bool synced;		     /* the walkers know it */
	bool unseen;		     /* a write that they may not see yet */
	unsigned events;	     /* since the last flush */
	struct cached tlb[TLB_ENTRIES];
	struct broken broken[BROKEN_MAX];
	unsigned n_broken;
} watches[WATCHES];

/* By page of the hypervisor's memory: which table it is. */
static struct owner {
	struct watch *watch;
	unsigned level; /* of its entries */
	uint64_t va;	/* that its first entry maps */
} owners[FAKE_HYP_SIZE / PAGE_SIZE + 1];

static uint32_t broken_index[FAKE_RAM_SIZE / sizeof(uint64_t)];
static enum fake_sabotage sabotage;
static unsigned sabotage_in;

void fake_sabotage(enum fake_sabotage what, unsigned nth)
{
	sabotage = what;
	sabotage_in = nth;
}

static bool sabotaged(enum fake_sabotage what)
{
	return sabotage == what && sabotage_in && --sabotage_in == 0;
}

static uint64_t span_of(unsigned level)
{
	return PAGE_SIZE << (9 * level);
}

static struct owner *owner_of(const void *p)
{
	paddr_t pa = ptr_to_phys(p);

	if (!range_contains(FAKE_HYP, FAKE_HYP_SIZE, pa, 8))
		fake_fail("page table at %#lx, outside the hypervisor's memory", pa);
	return &owners[(pa - FAKE_HYP) / PAGE_SIZE];
}

static bool is_table(const struct page_table *pt, uint64_t entry, unsigned level)
{
	return level && pt->format->valid(entry) && pt->format->is_table(entry, level);
}

static uint64_t *table_of(const struct page_table *pt, uint64_t entry)
{
	return phys_to_ptr(entry & pt->format->address_mask);
}

/* The walkers see a table and what is below it as it is now. */
static void sync_table(struct watch *w, uint64_t *table, unsigned level, uint64_t va)
{
	*owner_of(table) = (struct owner){ w, level, va };
	memcpy(fake_shadow_of(table), table, PAGE_SIZE);
	for (unsigned i = 0; level && i < ENTRIES; i++)
		if (is_table(w->pt, table[i], level))
			sync_table(w, table_of(w->pt, table[i]), level - 1,
				   va + i * span_of(level));
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

/* Tables that became live, or stopped being so, since the last event. */
static void look_around(void)
{
	for (unsigned i = 0; i < WATCHES; i++) {
		struct watch *w = &watches[i];

		if (w->pt && w->pt->live && !w->synced)
			sync_root(w);
		if (w->pt && !w->pt->live && w->synced)
			start_watch(w, w->pt);
	}
}

static struct watch *watch_of(const struct page_table *pt)
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

/* The kept entry that helps most, or NULL. */
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

/* The entry for va in a table of that level, as walkers see it. */
static uint64_t seen_entry(struct watch *w, uint64_t *table, unsigned level, uint64_t va)
{
	uint64_t i = va / span_of(level);
	uint64_t *entry = &table[level == w->pt->root_level ? i : i % ENTRIES];
	uint64_t seen = *(uint64_t *)fake_shadow_of(entry);

	if (owner_of(entry)->watch == w && seen != *entry)
		fake_fail("%#lx: a walker finds %#lx in a table that holds %#lx", va, seen, *entry);
	return seen;
}

/* Walk; what is found on the way is kept. The last entry found; *level: its level. */
static uint64_t walk(struct watch *w, uint64_t va, unsigned *level)
{
	const struct page_table *pt = w->pt;
	const struct cached *kept = fake_random() % 4 ? best_kept(w, va) : NULL;
	uint64_t entry;

	*level = kept ? kept->level : pt->root_level;
	entry = kept ? kept->entry : seen_entry(w, pt->root, *level, va);
	for (;;) {
		if (!pt->format->valid(entry))
			return entry;
		keep(w, va, entry, *level);
		if (!is_table(pt, entry, *level))
			return entry;
		--*level;
		entry = seen_entry(w, table_of(pt, entry), *level, va);
	}
}

/* Walkers are most curious about what just changed, and get tired of long series of changes. */
static void wander(struct watch *w, uint64_t near, uint64_t span)
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
	if (!pt->format->valid(entry))
		return false;
	*pa = (entry & pt->format->address_mask) | (va & (span_of(level) - 1));
	*attrs = pt->format->attrs(entry, level);
	return true;
}

static void set_broken_index(const uint64_t *entry, uint32_t index)
{
	broken_index[((uintptr_t)entry & (FAKE_RAM_SIZE - 1)) / sizeof(*entry)] = index;
}

/* For each entry, a guess at its place in the list of broken ones, to find it fast. */
static struct broken *find_broken(struct watch *w, const uint64_t *entry)
{
	uint32_t guess = broken_index[((uintptr_t)entry & (FAKE_RAM_SIZE - 1)) / sizeof(*entry)];

	return guess < w->n_broken && w->broken[guess].entry == entry ? &w->broken[guess] : NULL;
}

static void forget_broken(struct watch *w, struct broken *b)
{
	*b = w->broken[--w->n_broken];
	set_broken_index(b->entry, (uint32_t)(b - w->broken));
}

static void note_broken(struct watch *w, uint64_t *entry, uint64_t va, unsigned level, uint64_t old)
{
	struct broken *b = find_broken(w, entry);

	if (!b && w->n_broken == BROKEN_MAX)
		fake_fail("too many broken entries");
	if (!b)
		b = &w->broken[w->n_broken++];
	*b = (struct broken){ entry, va, old, level, false };
	set_broken_index(entry, (uint32_t)(b - w->broken));
}

/* An invalid entry becomes valid: was it broken, flushed, and is nobody surprised by the gap? */
static void check_make(struct watch *w, uint64_t *entry, uint64_t va, unsigned level,
		       uint64_t value)
{
	struct broken *b = find_broken(w, entry);

	if (!b)
		return;
	if (!b->flushed)
		fake_fail("%#lx: made valid again before the flush", va);
	if (is_table(w->pt, b->old, level) != is_table(w->pt, value, level) &&
	    fake_table_in_use(w->pt))
		fake_fail("%#lx: split or merged while other CPUs use it", va);
	forget_broken(w, b);
}

/* Nothing that came from an invalid entry may be in a TLB when it becomes valid. */
static void check_forgotten(const struct watch *w, uint64_t va, unsigned level)
{
	for (unsigned i = 0; i < TLB_ENTRIES; i++) {
		const struct cached *c = &w->tlb[i];

		if (c->used && c->level <= level && c->va - va < span_of(level))
			fake_fail("%#lx: stale translation %#lx while made valid", c->va, c->entry);
	}
}

static void model_write(struct watch *w, uint64_t *entry, uint64_t va, unsigned level,
			uint64_t value)
{
	const struct pt_format *f = w->pt->format;
	uint64_t old = *(uint64_t *)fake_shadow_of(entry);

	if (f->valid(old) && f->valid(value) && old != value)
		fake_fail("%#lx: changed from %#lx to %#lx without a break", va, old, value);
	if (f->valid(old) && !f->valid(value))
		note_broken(w, entry, va, level, old);
	if (!f->valid(old) && f->valid(value)) {
		check_make(w, entry, va, level, value);
		check_forgotten(w, va, level);
	}
	if (is_table(w->pt, value, level)) {
		uint64_t *table = table_of(w->pt, value);

		if (sabotaged(FAKE_NO_BARRIER)) {
			*owner_of(table) = (struct owner){ w, level - 1, va };
			memset(fake_shadow_of(table), 0xa5, PAGE_SIZE);
		} else {
			sync_table(w, table, level - 1, va);
		}
	}
	*(uint64_t *)fake_shadow_of(entry) = value;
	w->unseen |= f->valid(value);
}

void arch_pt_write(uint64_t *entry, uint64_t value)
{
	struct owner *o = owner_of(entry);
	uint64_t va;

	look_around();
	if (!o->watch || !o->watch->pt || !o->watch->synced)
		fake_fail("arch_pt_write() to what is no live table");
	va = o->va + (uintptr_t)entry % PAGE_SIZE / sizeof(*entry) * span_of(o->level);
	if (!o->watch->pt->format->valid(value) && sabotaged(FAKE_NO_BREAK))
		return;
	wander(o->watch, va, span_of(o->level));
	if (!sabotaged(FAKE_PLAIN_WRITE))
		model_write(o->watch, entry, va, o->level, value);
	*entry = value;
	wander(o->watch, va, span_of(o->level));
}

void arch_pt_flush(const struct page_table *pt, uint64_t va, uint64_t size)
{
	struct watch *w = watch_of(pt);
	bool deaf;

	if (!w)
		fake_fail("flush of an unknown table");
	look_around();
	w->events = 0;
	wander(w, va, MAX(size, PAGE_SIZE));
	if (size && sabotaged(FAKE_DROP_FLUSH))
		return;
	if (size && sabotaged(FAKE_SHORT_FLUSH))
		size -= PAGE_SIZE;
	w->unseen = false;
	if (!size)
		return;
	deaf = sabotaged(FAKE_KEEP_TLB);
	for (unsigned i = 0; !deaf && i < TLB_ENTRIES; i++) {
		struct cached *c = &w->tlb[i];

		if (c->used && ranges_overlap(c->va, span_of(c->level), va, size))
			c->used = false;
	}
	for (unsigned i = 0; i < w->n_broken; i++)
		if (range_contains(va, size, w->broken[i].va, span_of(w->broken[i].level)))
			w->broken[i].flushed = true;
}

/* Is this what a walk finds now? Tables too: the entry must still be there. */
static bool is_current(const struct watch *w, const struct cached *c)
{
	const struct page_table *pt = w->pt;
	unsigned level = pt->root_level;
	uint64_t entry = pt->root[c->va / span_of(level)];

	for (; level > c->level && is_table(pt, entry, level); level--)
		entry = table_of(pt, entry)[c->va / span_of(level - 1) % ENTRIES];
	return level == c->level && entry == c->entry;
}

static void check_table(struct watch *w, uint64_t *table, unsigned level, uint64_t va)
{
	if (memcmp(table, fake_shadow_of(table), PAGE_SIZE) != 0)
		fake_fail("%#lx: walkers don't see an entry", va);
	for (unsigned i = 0; level && i < ENTRIES; i++)
		if (is_table(w->pt, table[i], level))
			check_table(w, table_of(w->pt, table[i]), level - 1,
				    va + i * span_of(level));
}

static void check_watch(struct watch *w)
{
	for (unsigned i = 0; i < TLB_ENTRIES; i++)
		if (w->tlb[i].used && !is_current(w, &w->tlb[i]))
			fake_fail("%#lx: stale translation %#lx", w->tlb[i].va, w->tlb[i].entry);
	for (unsigned i = 0; i < w->n_broken; i++)
		if (!w->broken[i].flushed)
			fake_fail("%#lx: made invalid and not flushed", w->broken[i].va);
	if (w->unseen)
		fake_fail("a new entry that walkers may not see yet");
	w->n_broken = 0;
	for (unsigned i = 0; i < w->pt->root_pages; i++)
		check_table(w, w->pt->root + i * ENTRIES, w->pt->root_level,
			    i * span_of(w->pt->root_level + 1));
}

void fake_walkers_check(void)
{
	look_around();
	for (unsigned i = 0; i < WATCHES; i++)
		if (watches[i].pt && watches[i].synced)
			check_watch(&watches[i]);
}

/* Replaces the pool's: a page that walkers may still reach must not get new content. */
void clear_page(void *page)
{
	for (unsigned i = 0; i < WATCHES; i++) {
		const struct watch *w = &watches[i];

		for (unsigned j = 0; w->pt && w->pt->live && j < TLB_ENTRIES; j++) {
			const struct cached *c = &w->tlb[j];

			if (c->used && is_table(w->pt, c->entry, c->level) &&
			    table_of(w->pt, c->entry) == page)
				fake_fail("%#lx: a table is reused before the flush", c->va);
		}
	}
	memset(page, 0, PAGE_SIZE);
}
