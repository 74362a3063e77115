// SPDX-License-Identifier: GPL-2.0
/* The page-table walker. It recurses once per level: at most five levels deep. */
#include <hyp/paging.h>

#define ENTRIES 512u

/* One walk over a range: it maps or unmaps, or counts the tables that this would take. */
struct walk {
	struct page_table *pt;
	struct page_reserve *reserve; /* for new tables; NULL: count only */
	size_t missing;		      /* tables counted */
	uint64_t delta;		      /* pa - va */
	unsigned attrs;
	unsigned leaf_level; /* highest level of new leaves */
	bool map;	     /* false: unmap */
	bool stale;	     /* a leaf was unmapped: the caller flushes */
};

/* Bytes that an entry of this level covers. */
static uint64_t span_of(unsigned level)
{
	return PAGE_SIZE << (9 * level);
}

static uint64_t *entry_of(const struct page_table *pt, uint64_t *table, unsigned level, uint64_t va)
{
	uint64_t i = va / span_of(level);

	return &table[level == pt->root_level ? i : i % ENTRIES];
}

/* How many bytes of [va, va + size) the entry for va covers. */
static uint64_t chunk_of(unsigned level, uint64_t va, uint64_t size)
{
	return MIN(size, span_of(level) - (va & (span_of(level) - 1)));
}

/* Returns the value of an entry of this level that points to the table. */
static uint64_t table_entry(const struct pt_format *f, paddr_t table, unsigned level)
{
	return table >> f->address_shift | (f->table + level * f->table_level);
}

uint64_t pt_leaf(const struct pt_format *f, paddr_t pa, unsigned attrs, unsigned level)
{
	uint64_t entry = pa >> f->address_shift | f->leaf[level > 0];

	for (unsigned i = 0; i < PT_ATTR_BITS; i++)
		entry |= attrs & 1u << i ? f->with[i] : f->without[i];
	return entry;
}

bool pt_is_table(const struct pt_format *f, uint64_t entry, unsigned level)
{
	return level && entry & f->valid && !((entry ^ table_entry(f, 0, level)) & f->kind);
}

unsigned pt_attrs(const struct pt_format *f, uint64_t entry)
{
	unsigned attrs = 0;

	for (unsigned i = 0; i < PT_ATTR_BITS; i++)
		if ((entry & (f->with[i] | f->without[i])) == f->with[i])
			attrs |= 1u << i;
	return attrs;
}

static inline bool is_table(const struct page_table *pt, uint64_t entry, unsigned level)
{
	return pt_is_table(pt->format, entry, level);
}

static uint64_t *table_of(const struct page_table *pt, uint64_t entry)
{
	return phys_to_ptr(pt_address(pt->format, entry));
}

uint64_t pt_limit(const struct page_table *pt)
{
	return pt->root_pages * span_of(pt->root_level + 1);
}

static inline void set_entry(const struct page_table *pt, uint64_t *entry, uint64_t value)
{
	if (pt->live)
		arch_pt_write(entry, value);
	else
		*entry = value;
}

static void flush(const struct page_table *pt, uint64_t va, uint64_t size)
{
	if (pt->live)
		arch_pt_flush(pt, va, size);
}

/* Invalidate an entry and flush its translations. va: any address that it covers. */
static void break_entry(const struct page_table *pt, uint64_t *entry, unsigned level, uint64_t va)
{
	set_entry(pt, entry, 0);
	flush(pt, ALIGN_DOWN(va, span_of(level)), span_of(level));
}

/* Free an unreachable table and the tables below it. level: of its entries. */
static void free_table(const struct page_table *pt, uint64_t *table, unsigned level)
{
	for (unsigned i = 0; level && i < ENTRIES; i++)
		if (is_table(pt, table[i], level))
			free_table(pt, table_of(pt, table[i]), level - 1);
	pool_free(table, 1);
}

/* Fill a table with leaves. step: difference of two adjacent leaves. */
static void fill(uint64_t *table, uint64_t leaf, uint64_t step)
{
	for (unsigned i = 0; i < ENTRIES; i += 4, leaf += 4 * step) {
		table[i] = leaf;
		table[i + 1] = leaf + step;
		table[i + 2] = leaf + 2 * step;
		table[i + 3] = leaf + 3 * step;
	}
}

/* Returns the table below an entry. If there is none, a new table with the same mapping replaces
 * the entry; a walk that only counts adds 1 to `missing` and returns NULL. */
static uint64_t *table_below(struct walk *w, uint64_t *entry, unsigned level, uint64_t va)
{
	const struct pt_format *f = w->pt->format;
	uint64_t old = *entry;
	uint64_t *table;

	if (is_table(w->pt, old, level))
		return table_of(w->pt, old);
	if (!w->reserve) {
		w->missing++;
		return NULL;
	}
	table = reserve_take(w->reserve);
	if (old) {
		uint64_t leaf = pt_leaf(f, pt_address(f, old), pt_attrs(f, old), level - 1);

		fill(table, leaf, span_of(level - 1) >> f->address_shift);
		break_entry(w->pt, entry, level, va);
	}
	set_entry(w->pt, entry, table_entry(f, ptr_to_phys(table), level));
	return table;
}

/* Replace a full table below an entry by one leaf, if its leaves are equal and adjacent. */
static void merge(struct walk *w, uint64_t *entry, unsigned level, uint64_t va)
{
	const struct pt_format *f = w->pt->format;
	uint64_t *table = table_of(w->pt, *entry);
	uint64_t first, step = span_of(level - 1) >> f->address_shift;
	paddr_t pa;

	if (!w->reserve || level > w->leaf_level || w->attrs & PT_NO_MERGE)
		return;
	first = table[0];
	pa = pt_address(f, first);
	if (!first || is_table(w->pt, first, level - 1) || pa & (span_of(level) - 1))
		return;
	for (unsigned i = ENTRIES - 1; i; i--) /* the last entry is filled last */
		if (table[i] != first + i * step)
			return;
	break_entry(w->pt, entry, level, va);
	set_entry(w->pt, entry, pt_leaf(f, pa, pt_attrs(f, first), level));
	pool_free(table, 1);
}

/* Write leaves into n adjacent entries. */
static void map_run(struct walk *w, uint64_t *entry, unsigned level, uint64_t va, uint64_t n)
{
	struct page_table *pt = w->pt;
	uint64_t leaf = pt_leaf(pt->format, va + w->delta, w->attrs, level);
	uint64_t step = span_of(level), leaf_step = step >> pt->format->address_shift;

	for (; n--; entry++, va += step, leaf += leaf_step) {
		uint64_t old = *entry;

		if (old) {
			if (old == leaf)
				continue;
			break_entry(pt, entry, level, va);
			if (is_table(pt, old, level))
				free_table(pt, table_of(pt, old), level - 1);
		}
		set_entry(pt, entry, leaf);
	}
}

static void walk_range(struct walk *w, uint64_t *table, uint64_t *above, unsigned level,
		       uint64_t va, uint64_t size);

/* Unmap n adjacent entries; tables below them stay. */
static void unmap_run(struct walk *w, uint64_t *entry, unsigned level, uint64_t va, uint64_t n)
{
	uint64_t step = span_of(level);

	for (; n--; entry++, va += step) {
		if (!*entry)
			continue;
		if (is_table(w->pt, *entry, level)) {
			walk_range(w, table_of(w->pt, *entry), entry, level - 1, va, step);
		} else {
			set_entry(w->pt, entry, 0);
			w->stale = true;
		}
	}
}

/* Returns with how many leaves of this level [va, va + size) can start: 0 if va isn't aligned, size
 * is too small or the level can't hold leaves. */
static uint64_t leaves(const struct walk *w, unsigned level, uint64_t va, uint64_t size)
{
	uint64_t mask = span_of(level) - 1;

	if (level > w->leaf_level || (va | (va + w->delta)) & mask)
		return 0;
	return size / span_of(level);
}

/* Walk the part of [va, va + size) that a table maps. table is NULL in a walk that counts, below an
 * entry without a table; then *above stands for each entry of the table that is missing. */
static void walk_range(struct walk *w, uint64_t *table, uint64_t *above, unsigned level,
		       uint64_t va, uint64_t size)
{
	uint64_t chunk;

	for (; size; va += chunk, size -= chunk) {
		uint64_t *entry = table ? entry_of(w->pt, table, level, va) : above;
		uint64_t n = leaves(w, level, va, size);

		chunk = n ? n * span_of(level) : chunk_of(level, va, size);
		if (n && !w->reserve)
			continue;
		if (n && w->map) {
			map_run(w, entry, level, va, n);
		} else if (n) {
			unmap_run(w, entry, level, va, n);
		} else if (w->map || *entry) {
			uint64_t *below = table_below(w, entry, level, va);

			walk_range(w, below, entry, level - 1, va, chunk);
			merge(w, entry, level, va);
		}
	}
}

static void walk(struct walk *w, uint64_t va, uint64_t size)
{
	w->leaf_level = w->attrs & PT_NO_SUPER ? 0 : w->pt->max_leaf_level;
	walk_range(w, w->pt->root, NULL, w->pt->root_level, va, size);
}

void pt_map(struct page_table *pt, struct page_reserve *reserve, uint64_t va, paddr_t pa,
	    uint64_t size, unsigned attrs)
{
	struct walk w = { pt, reserve, 0, pa - va, attrs, .map = true };

	walk(&w, va, size);
	flush(pt, va, 0);
}

void pt_unmap(struct page_table *pt, struct page_reserve *reserve, uint64_t va, uint64_t size)
{
	struct walk w = { pt, reserve, .attrs = PT_NO_MERGE };

	walk(&w, va, size);
	if (w.stale)
		flush(pt, va, size);
}

size_t pt_pages_to_map(const struct page_table *pt, uint64_t va, paddr_t pa, uint64_t size,
		       unsigned attrs)
{
	struct walk w = { (struct page_table *)pt, NULL, 0, pa - va, attrs, .map = true };

	walk(&w, va, size);
	return w.missing;
}

size_t pt_pages_to_unmap(const struct page_table *pt, uint64_t va, uint64_t size)
{
	struct walk w = { .pt = (struct page_table *)pt };

	walk(&w, va, size);
	return w.missing;
}

/* Returns the entry for va, which is a leaf or invalid, and its level; 0: beyond the table. */
static uint64_t find(const struct page_table *pt, uint64_t va, unsigned *level)
{
	uint64_t entry;

	*level = pt->root_level;
	if (va >= pt_limit(pt))
		return 0;
	entry = *entry_of(pt, pt->root, *level, va);
	for (; is_table(pt, entry, *level); --*level)
		entry = *entry_of(pt, table_of(pt, entry), *level - 1, va);
	return entry;
}

bool pt_lookup(const struct page_table *pt, uint64_t va, paddr_t *pa, unsigned *attrs)
{
	unsigned level;
	uint64_t entry = find(pt, va, &level);

	if (!(entry & pt->format->valid))
		return false;
	if (pa)
		*pa = pt_address(pt->format, entry) | (va & (span_of(level) - 1));
	if (attrs)
		*attrs = pt_attrs(pt->format, entry);
	return true;
}

bool pt_maps(const struct page_table *pt, uint64_t first, uint64_t last)
{
	unsigned level;

	for (uint64_t va = first; va <= last; va = ALIGN_DOWN(va, span_of(level)) + span_of(level))
		if (!(find(pt, va, &level) & pt->format->valid))
			return false;
	return true;
}

static void set_root_valid(struct page_table *pt, bool valid)
{
	uint64_t bits = pt->format->valid & pt->format->table;

	for (uint64_t i = 0; i < pt->root_pages * ENTRIES; i++) {
		uint64_t entry = pt->root[i];

		if (entry)
			arch_pt_write(&pt->root[i], valid ? entry | bits : entry & ~bits);
	}
}

void pt_cut_off(struct page_table *pt)
{
	set_root_valid(pt, false);
	arch_pt_flush(pt, 0, pt_limit(pt));
}

void pt_reconnect(struct page_table *pt)
{
	set_root_valid(pt, true);
	arch_pt_flush(pt, 0, 0);
}

void pt_free(struct page_table *pt)
{
	uint64_t *end = pt->root + pt->root_pages * ENTRIES;

	for (uint64_t *entry = pt->root; entry < end; entry++) {
		if (is_table(pt, *entry, pt->root_level))
			free_table(pt, table_of(pt, *entry), pt->root_level - 1);
		*entry = 0;
	}
}
