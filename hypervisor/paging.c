// SPDX-License-Identifier: GPL-2.0
/*
 * The page-table walker. Each function treats one table and calls itself for
 * the tables below: at most five levels deep.
 */
#include <hyp/paging.h>

#define ENTRIES 512u

/* A change of a table: what stays the same on the way down. */
struct change {
	struct page_table *pt;
	struct page_reserve *reserve;
	uint64_t delta; /* pa - va of all that is mapped */
	unsigned attrs;
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

/* How much of [va, va + size) the entry that holds va covers. */
static uint64_t chunk_of(unsigned level, uint64_t va, uint64_t size)
{
	return MIN(size, span_of(level) - (va & (span_of(level) - 1)));
}

uint64_t pt_leaf(const struct pt_format *f, paddr_t pa, unsigned attrs, unsigned level)
{
	uint64_t entry = pa | f->leaf | (f->kind & (level ? ~f->table : f->table));

	for (unsigned i = 0; i < PT_ATTR_BITS; i++)
		entry |= attrs & 1u << i ? f->with[i] : f->without[i];
	return entry;
}

bool pt_is_table(const struct pt_format *f, uint64_t entry, unsigned level)
{
	return level && entry & f->valid && !((entry ^ f->table) & f->kind);
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
	return phys_to_ptr(entry & pt->format->address_mask);
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

/* Make an entry invalid and forget the translations that came from it. va: any in its span. */
static void break_entry(const struct page_table *pt, uint64_t *entry, unsigned level, uint64_t va)
{
	set_entry(pt, entry, 0);
	flush(pt, ALIGN_DOWN(va, span_of(level)), span_of(level));
}

/* Give back a table that nobody can reach any more, and those below it. level: of its entries. */
static void free_table(const struct page_table *pt, uint64_t *table, unsigned level)
{
	for (unsigned i = 0; level && i < ENTRIES; i++)
		if (is_table(pt, table[i], level))
			free_table(pt, table_of(pt, table[i]), level - 1);
	pool_free(table, 1);
}

/* Leaves at adjacent entries, for adjacent memory. */
static void fill(uint64_t *table, uint64_t leaf, uint64_t step)
{
	for (unsigned i = 0; i < ENTRIES; i += 4, leaf += 4 * step) {
		table[i] = leaf;
		table[i + 1] = leaf + step;
		table[i + 2] = leaf + 2 * step;
		table[i + 3] = leaf + 3 * step;
	}
}

/* The table below an entry; where there is none, make one that maps what the entry maps. */
static uint64_t *table_below(struct page_table *pt, struct page_reserve *reserve, uint64_t *entry,
			     unsigned level, uint64_t va)
{
	const struct pt_format *f = pt->format;
	uint64_t old = *entry;
	uint64_t *table;

	if (is_table(pt, old, level))
		return table_of(pt, old);
	table = reserve_take(reserve);
	if (old) {
		uint64_t leaf = pt_leaf(f, old & f->address_mask, pt_attrs(f, old), level - 1);

		fill(table, leaf, span_of(level - 1));
		break_entry(pt, entry, level, va);
	}
	set_entry(pt, entry, ptr_to_phys(table) | f->table);
	return table;
}

/* Make an entry invalid, whatever it holds. */
static void clear_entry(struct page_table *pt, uint64_t *entry, unsigned level, uint64_t va)
{
	uint64_t old = *entry;

	break_entry(pt, entry, level, va);
	if (is_table(pt, old, level))
		free_table(pt, table_of(pt, old), level - 1);
}

/* n leaves at adjacent entries. */
static void map_run(struct change *c, uint64_t *entry, unsigned level, uint64_t va, uint64_t n)
{
	uint64_t leaf = pt_leaf(c->pt->format, va + c->delta, c->attrs, level);
	uint64_t step = span_of(level);

	for (; n--; entry++, va += step, leaf += step) {
		if (*entry == leaf)
			continue;
		if (*entry)
			clear_entry(c->pt, entry, level, va);
		set_entry(c->pt, entry, leaf);
	}
}

/* Replace a full table of adjacent, equal leaves by one leaf. */
static void merge(struct change *c, uint64_t *entry, unsigned level, uint64_t va)
{
	const struct pt_format *f = c->pt->format;
	uint64_t *table = table_of(c->pt, *entry);
	uint64_t first = table[0], step = span_of(level - 1), pa = first & f->address_mask;

	if (level > c->pt->max_leaf_level || c->attrs & (PT_NO_SUPER | PT_NO_MERGE))
		return;
	if (!first || is_table(c->pt, first, level - 1) || pa & (span_of(level) - 1))
		return;
	for (unsigned i = ENTRIES - 1; i; i--) /* tables fill up from the first entry */
		if (table[i] != first + i * step)
			return;
	break_entry(c->pt, entry, level, va);
	set_entry(c->pt, entry, pt_leaf(f, pa, pt_attrs(f, first), level));
	pool_free(table, 1);
}

/* How many leaves of this level [va, va + size) starts with. */
static uint64_t leaves(const struct page_table *pt, unsigned level, uint64_t va, uint64_t delta,
		       uint64_t size, unsigned attrs)
{
	uint64_t mask = span_of(level) - 1;

	if (level && (level > pt->max_leaf_level || attrs & PT_NO_SUPER))
		return 0;
	return (va | (va + delta)) & mask ? 0 : size / span_of(level);
}

static void map_range(struct change *c, uint64_t *table, unsigned level, uint64_t va, uint64_t size)
{
	while (size) {
		uint64_t *entry = entry_of(c->pt, table, level, va);
		uint64_t n = leaves(c->pt, level, va, c->delta, size, c->attrs);
		uint64_t chunk = n ? n * span_of(level) : chunk_of(level, va, size);

		if (n) {
			map_run(c, entry, level, va, n);
		} else {
			uint64_t *below = table_below(c->pt, c->reserve, entry, level, va);

			map_range(c, below, level - 1, va, chunk);
			merge(c, entry, level, va);
		}
		va += chunk;
		size -= chunk;
	}
}

void pt_map(struct page_table *pt, struct page_reserve *reserve, uint64_t va, paddr_t pa,
	    uint64_t size, unsigned attrs)
{
	struct change c = { pt, reserve, pa - va, attrs };

	map_range(&c, pt->root, pt->root_level, va, size);
	flush(pt, va, 0);
}

/* True if anything was mapped there: the caller flushes. */
static bool unmap_range(struct change *c, uint64_t *table, unsigned level, uint64_t va,
			uint64_t size)
{
	uint64_t *entry = entry_of(c->pt, table, level, va);
	uint64_t chunk, span = span_of(level);
	bool stale = false;

	for (; size; entry++, va += chunk, size -= chunk) {
		chunk = MIN(size, span - (va & (span - 1)));
		if (!*entry)
			continue;
		if (chunk == span && !is_table(c->pt, *entry, level)) {
			set_entry(c->pt, entry, 0);
			stale = true;
		} else {
			uint64_t *below = table_below(c->pt, c->reserve, entry, level, va);

			stale |= unmap_range(c, below, level - 1, va, chunk);
		}
	}
	return stale;
}

void pt_unmap(struct page_table *pt, struct page_reserve *reserve, uint64_t va, uint64_t size)
{
	struct change c = { .pt = pt, .reserve = reserve };

	if (unmap_range(&c, pt->root, pt->root_level, va, size))
		flush(pt, va, size);
}

/* table: NULL if it would have to be made. */
static size_t count_map(const struct change *c, uint64_t *table, unsigned level, uint64_t va,
			uint64_t size)
{
	size_t pages = 0;

	while (size) {
		uint64_t n = leaves(c->pt, level, va, c->delta, size, c->attrs);
		uint64_t chunk = n ? n * span_of(level) : chunk_of(level, va, size);

		if (!n) {
			uint64_t entry = table ? *entry_of(c->pt, table, level, va) : 0;
			uint64_t *below =
				is_table(c->pt, entry, level) ? table_of(c->pt, entry) : NULL;

			pages += !below + count_map(c, below, level - 1, va, chunk);
		}
		va += chunk;
		size -= chunk;
	}
	return pages;
}

size_t pt_pages_to_map(const struct page_table *pt, uint64_t va, paddr_t pa, uint64_t size,
		       unsigned attrs)
{
	struct change c = { .pt = (struct page_table *)pt, .delta = pa - va, .attrs = attrs };

	return count_map(&c, pt->root, pt->root_level, va, size);
}

/* table: NULL if it would come from splitting a leaf. */
static size_t count_unmap(const struct page_table *pt, uint64_t *table, unsigned level, uint64_t va,
			  uint64_t size)
{
	size_t pages = 0;

	while (size) {
		uint64_t chunk = chunk_of(level, va, size);

		if (chunk != span_of(level)) { /* only the ends: whole entries need no split */
			uint64_t entry = table ? *entry_of(pt, table, level, va) : 0;
			uint64_t *below = is_table(pt, entry, level) ? table_of(pt, entry) : NULL;

			if (!table || entry)
				pages += !below + count_unmap(pt, below, level - 1, va, chunk);
		}
		va += chunk;
		size -= chunk;
	}
	return pages;
}

size_t pt_pages_to_unmap(const struct page_table *pt, uint64_t va, uint64_t size)
{
	return count_unmap(pt, pt->root, pt->root_level, va, size);
}

bool pt_lookup(const struct page_table *pt, uint64_t va, paddr_t *pa, unsigned *attrs)
{
	unsigned level = pt->root_level;
	uint64_t entry;

	if (va >= pt_limit(pt))
		return false;
	entry = *entry_of(pt, pt->root, level, va);
	for (; is_table(pt, entry, level); level--)
		entry = *entry_of(pt, table_of(pt, entry), level - 1, va);
	if (!(entry & pt->format->valid))
		return false;
	if (pa)
		*pa = (entry & pt->format->address_mask) | (va & (span_of(level) - 1));
	if (attrs)
		*attrs = pt_attrs(pt->format, entry);
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
