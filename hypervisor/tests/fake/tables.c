// SPDX-License-Identifier: GPL-2.0
/* The walker model's other side: checks each write and flush of the hypervisor. */
#include <string.h>
#include "walker.h"

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

static void set_broken_index(const uint64_t *entry, uint32_t index)
{
	broken_index[((uintptr_t)entry & (FAKE_RAM_SIZE - 1)) / sizeof(*entry)] = index;
}

/* Returns the record of a broken entry, or NULL. broken_index[] only gives a guess of its index. */
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

/* Called when an invalid entry becomes valid: fails unless its invalidation was flushed, and if a
 * CPU may access the range while it is unmapped. */
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

/* When an entry becomes valid, no TLB may hold its earlier content. */
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
	uint64_t old = *(uint64_t *)fake_shadow_of(entry);

	check_leaf(w->pt, value, level);
	if (is_valid(w->pt, old) && is_valid(w->pt, value) && old != value)
		fake_fail("%#lx: changed from %#lx to %#lx without a break", va, old, value);
	if (is_valid(w->pt, old) && !is_valid(w->pt, value))
		note_broken(w, entry, va, level, old);
	if (!is_valid(w->pt, old) && is_valid(w->pt, value)) {
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
	w->unseen |= is_valid(w->pt, value);
}

void arch_pt_write(uint64_t *entry, uint64_t value)
{
	struct owner *o = owner_of(entry);
	uint64_t va;

	look_around();
	if (!o->watch || !o->watch->pt || !o->watch->synced)
		fake_fail("arch_pt_write() to what is no live table");
	va = o->va + (uintptr_t)entry % PAGE_SIZE / sizeof(*entry) * span_of(o->level);
	if (!is_valid(o->watch->pt, value) && sabotaged(FAKE_NO_BREAK))
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

/* Does a walk still find this entry, leaf or table? */
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

/* Replaces the pool's function: fails if walkers can still reach the page, which gets new
 * content. */
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
	if (fake_is_ram(page)) /* tests of the pool alone have memory of their own */
		fake_poison(page);
}
