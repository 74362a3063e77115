/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The one page-table walker: radix tables of 512 64-bit entries (the root may
 * be several adjacent tables), for every stage and architecture.
 *
 * Writers hold the management lock (or run before enable completes). Hardware
 * walkers of other CPUs read the tables at the same time: a live entry is
 * replaced by break-before-make, i.e. write invalid, arch_pt_flush(), write
 * new. Tables emptied by unmapping stay, so that mapping again needs no page;
 * pt_map() merges full tables into superpages and frees them.
 * Every entry is 0 or valid whenever one of these functions is called.
 */
#ifndef HYP_PAGING_H
#define HYP_PAGING_H

#include <hyp/pool.h>
#include <hyp/types.h>

#define PT_READ (1u << 0)
#define PT_WRITE (1u << 1)
#define PT_EXECUTE (1u << 2)
#define PT_DEVICE (1u << 3)   /* device memory, not cacheable */
#define PT_NO_SUPER (1u << 4) /* leaves of the last level only (not stored in entries) */
#define PT_NO_MERGE (1u << 5) /* don't merge into superpages now (not stored in entries) */
#define PT_ATTRS (PT_READ | PT_WRITE | PT_EXECUTE | PT_DEVICE)
#define PT_ATTR_BITS 4

/*
 * How one architecture writes entries: which bits say what. Level 0 is the leaf
 * level (4 KiB); level n entries cover PAGE_SIZE << (9 * n).
 */
struct pt_format {
	uint64_t address_mask; /* the bits of an entry that hold an address */
	uint64_t valid;	       /* without any of these it is none */
	uint64_t table;	       /* of what points to a table */
	uint64_t leaf;	       /* of all else */
	uint64_t kind; /* where the two differ; but leaves of level 0 are like tables there */
	uint64_t with[PT_ATTR_BITS];	/* of a leaf that has an attribute of PT_ATTRS ... */
	uint64_t without[PT_ATTR_BITS]; /* ... or has it not */
};

struct page_table {
	const struct pt_format *format;
	uint64_t *root;		 /* first root table */
	unsigned root_level;	 /* level of the root's entries */
	unsigned max_leaf_level; /* highest level that may hold a leaf (2: 1 GiB) */
	unsigned root_pages;	 /* adjacent root tables (concatenated), a power of two */
	void *context;		 /* for arch_pt_flush(): whose table this is */
	bool live;		 /* hardware may walk it: flush on change */
};

/* Entries by their format. pt_attrs(): of a valid leaf. */
uint64_t pt_leaf(const struct pt_format *f, paddr_t pa, unsigned attrs, unsigned level);
bool pt_is_table(const struct pt_format *f, uint64_t entry, unsigned level);
unsigned pt_attrs(const struct pt_format *f, uint64_t entry);

/* Bytes of address space that the table can map. */
uint64_t pt_limit(const struct page_table *pt);

/*
 * Map [va, va + size) to pa with attrs (PT_*), replacing what was there, with
 * the largest leaves that alignment allows. Takes tables from reserve; pages
 * freed by merging go to the pool. Cannot fail if the reserve holds what
 * pt_pages_to_map() said. va, pa, size: page aligned.
 */
void pt_map(struct page_table *pt, struct page_reserve *reserve, uint64_t va, paddr_t pa,
	    uint64_t size, unsigned attrs);

/* Unmap [va, va + size), splitting superpages at its ends with pages of reserve. */
void pt_unmap(struct page_table *pt, struct page_reserve *reserve, uint64_t va, uint64_t size);

/* Upper bounds for the pages that these calls take; the table may change in
 * between only through calls for other, disjoint ranges that merge nothing
 * (pt_unmap(), or pt_map() with PT_NO_MERGE). */
size_t pt_pages_to_map(const struct page_table *pt, uint64_t va, paddr_t pa, uint64_t size,
		       unsigned attrs);
size_t pt_pages_to_unmap(const struct page_table *pt, uint64_t va, uint64_t size);

/* Look va up. True and *pa, *attrs filled in (either may be NULL) if it is mapped. */
bool pt_lookup(const struct page_table *pt, uint64_t va, paddr_t *pa, unsigned *attrs);

/* Make all entries of the live root invalid and drop what came from them, or valid again: nothing of
 * the tables is lost. Not changed in between. */
void pt_cut_off(struct page_table *pt);
void pt_reconnect(struct page_table *pt);

/* Free every table below the root (the table is not live any more); the root stays, empty. */
void pt_free(struct page_table *pt);

/*
 * From the architecture. arch_pt_write(): store one entry so that a walker
 * sees it whole and after what it points to. arch_pt_flush(): after entries
 * that map [va, va + size) were made invalid: drop them from all TLBs that may
 * hold them and wait until that is done. Entries written before are visible to
 * all walkers when it returns, also if size is 0: nothing to drop then.
 */
void arch_pt_write(uint64_t *entry, uint64_t value);
void arch_pt_flush(const struct page_table *pt, uint64_t va, uint64_t size);

#endif
