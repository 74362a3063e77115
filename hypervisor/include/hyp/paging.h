/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The page-table walker for every stage and architecture: radix trees of tables
 * with 512 entries of 64 bits. The root may consist of several adjacent tables.
 *
 * Callers hold the management lock, or run before enable completes. Other CPUs
 * may walk the tables at the same time, so a valid entry is changed by
 * break-before-make: write an invalid entry, call arch_pt_flush(), write the new
 * entry. Unmapping leaves empty tables in place, so that mapping the same range
 * again takes no page. pt_map() merges full tables into superpages and frees
 * the tables. Between calls, an entry that is not valid is 0.
 */
#ifndef HYP_PAGING_H
#define HYP_PAGING_H

#include <hyp/pool.h>
#include <hyp/types.h>

#define PT_READ (1u << 0)
#define PT_WRITE (1u << 1)
#define PT_EXECUTE (1u << 2)
#define PT_DEVICE (1u << 3)   /* device memory, not cacheable */
#define PT_NO_SUPER (1u << 4) /* for pt_map() only: no superpages */
#define PT_NO_MERGE (1u << 5) /* for pt_map() only: don't merge full tables into superpages */
#define PT_ATTRS (PT_READ | PT_WRITE | PT_EXECUTE | PT_DEVICE)
#define PT_ATTR_BITS 4

/*
 * The bits of entries. Entries of level n cover PAGE_SIZE << (9 * n); level 0
 * has leaves only. Addresses are stored shifted right by address_shift.
 */
struct pt_format {
	uint64_t address_mask; /* bits of the address, where they are in the entry */
	uint64_t address_shift;
	uint64_t valid;	      /* an entry with none of these bits is invalid */
	uint64_t table;	      /* fixed bits of an entry that points to a table */
	uint64_t table_level; /* added to `table` once per level: for level numbers in entries */
	uint64_t kind;	      /* above level 0: bits that have the table's value in tables only */
	uint64_t leaf[2];     /* fixed bits of a leaf: [0] of level 0, [1] of the levels above */
	uint64_t with[PT_ATTR_BITS];	/* by bit of PT_ATTRS: bits of a leaf with the attribute */
	uint64_t without[PT_ATTR_BITS]; /* ... and of a leaf without it */
};

struct page_table {
	const struct pt_format *format;
	uint64_t *root;		 /* the first root table */
	unsigned root_level;	 /* level of the root's entries */
	unsigned max_leaf_level; /* highest level with leaves (2: 1 GiB) */
	unsigned root_pages;	 /* adjacent root tables, a power of two */
	void *context;		 /* for arch_pt_flush(): the cell, or NULL: the hypervisor itself */
	bool live;		 /* hardware may walk the table: changes need arch_pt_*() */
};

/* The address in a valid entry. */
static inline paddr_t pt_address(const struct pt_format *f, uint64_t entry)
{
	return (entry & f->address_mask) << f->address_shift;
}
/* The leaf of this level that maps pa. */
uint64_t pt_leaf(const struct pt_format *f, paddr_t pa, unsigned attrs, unsigned level);
/* Does an entry of this level point to a table? */
bool pt_is_table(const struct pt_format *f, uint64_t entry, unsigned level);
/* The attributes (PT_ATTRS) of a valid leaf. */
unsigned pt_attrs(const struct pt_format *f, uint64_t entry);

/* Size of the address space that the table can map, in bytes. */
uint64_t pt_limit(const struct page_table *pt);

/*
 * Map [va, va + size) to pa with attrs (PT_*), with the largest leaves that the
 * alignment allows. Replaces earlier mappings of the range. Takes tables from
 * reserve; pages freed by merging go to the pool. Cannot fail if the reserve
 * holds pt_pages_to_map() pages. va, pa and size are page aligned.
 */
void pt_map(struct page_table *pt, struct page_reserve *reserve, uint64_t va, paddr_t pa,
	    uint64_t size, unsigned attrs);

/* Unmap [va, va + size). Superpages at its ends are split, with tables from reserve. */
void pt_unmap(struct page_table *pt, struct page_reserve *reserve, uint64_t va, uint64_t size);

/*
 * Upper bounds for the pages that these calls take from reserve. A bound stays
 * correct while only disjoint ranges change, and nothing is merged: calls of
 * pt_unmap(), and of pt_map() with PT_NO_MERGE.
 */
size_t pt_pages_to_map(const struct page_table *pt, uint64_t va, paddr_t pa, uint64_t size,
		       unsigned attrs);
size_t pt_pages_to_unmap(const struct page_table *pt, uint64_t va, uint64_t size);

/* Is va mapped? If so, stores its physical address and attributes; both pointers may be NULL. */
bool pt_lookup(const struct page_table *pt, uint64_t va, paddr_t *pa, unsigned *attrs);

/* Are all pages of [first, last] mapped? */
bool pt_maps(const struct page_table *pt, uint64_t first, uint64_t last);

/*
 * pt_cut_off(): make all entries in the root of a live table invalid and flush the TLBs.
 * pt_reconnect(): make them valid again. The tables below stay, and must not change in between.
 * A root that holds leaves needs a format with a single `valid` bit.
 */
void pt_cut_off(struct page_table *pt);
void pt_reconnect(struct page_table *pt);

/* Free all tables below the root of a table that is not live, and clear the root. */
void pt_free(struct page_table *pt);

/*
 * Provided by the architecture. arch_pt_write() stores one entry atomically; walkers see it after
 * the earlier stores to the table that it points to. arch_pt_flush() is called after entries that
 * map [va, va + size) were made invalid. When it returns, all walkers see the entries written
 * before, and the TLBs hold no translation of the range. One exception: where
 * an architecture has no TLB broadcast, another CPU of a cell may invalidate its TLB only before it
 * next enters the guest. The caller keeps that CPU out of the guest, or waits for it
 * (pt_cut_off()). With size 0 the TLBs aren't touched.
 */
void arch_pt_write(uint64_t *entry, uint64_t value);
void arch_pt_flush(const struct page_table *pt, uint64_t va, uint64_t size);

#endif
