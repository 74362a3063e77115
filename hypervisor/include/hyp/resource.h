/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Resource classes: whatever can belong to a cell. A class is one file that
 * ends with RESOURCE_CLASS(...); the core names none of them.
 */
#ifndef HYP_RESOURCE_H
#define HYP_RESOURCE_H

#include <hyp/cell.h>

/* Any operation may be NULL. All run under the management lock on a CPU of root, or at enable. */
struct resource_class {
	/* May this cell (root too) have what its config asks for? Changes no ownership; reserves in
	 * cell->reserve whatever grant needs. False: *r says why. */
	bool (*validate)(struct cell *cell, struct bh_refusal *r);
	/* Take it from root, give it to the cell. Cannot fail. */
	void (*grant)(struct cell *cell);
	/* Before each start: put it into the state of a machine just switched on. The cell's CPUs
	 * are off; but for SYSTEM_RESET it runs on the last one, without the management lock. */
	void (*reset)(struct cell *cell);
	/* Give it back to root. The cell's CPUs are off. */
	void (*revoke)(struct cell *cell);
	/* Free what validate allocated (it may have refused, or not have been called): the last
	 * call for a cell that was refused or destroyed. */
	void (*release)(struct cell *cell);
	/* Does the hardware state match the books? For host tests. */
	bool (*audit)(const struct cell *cell);
};

#define RESOURCE_CLASS(ident, ...)                                  \
	static const struct resource_class ident = { __VA_ARGS__ }; \
	static const struct resource_class *const ident##_entry __section("resources") = &ident

extern const struct resource_class *const __start_resources[];
extern const struct resource_class *const __stop_resources[];

/* for_each_class(c): c is a const struct resource_class *const *, in link order. */
#define for_each_class(c) for (c = __start_resources; c < __stop_resources; c++)

/* For validate: set pages aside in cell->reserve; take adjacent zeroed pages for good. */
static inline bool reserve_pages(struct cell *cell, size_t pages, struct bh_refusal *r)
{
	return require(reserve_grow(&cell->reserve, pages), r, BH_E_NO_MEMORY, BH_F_POOL, 0, pages);
}

static inline void *take_pages(size_t pages, struct bh_refusal *r)
{
	void *first = pool_alloc(pages);

	require(first, r, BH_E_NO_MEMORY, BH_F_POOL, 0, pages);
	return first;
}

/* For validate: emulated registers where the config has nothing, neither physically nor as the cell
 * sees it. field: of the platform, which has them. */
bool trap_range(struct cell *cell, paddr_t at, uint64_t size, mmio_handler handler, void *context,
		enum bh_exit exit, uint32_t field, struct bh_refusal *r);

/* Reset all classes of a cell, before a start. */
void classes_reset(struct cell *cell);

/*
 * Memory class: used by load, start and destroy (see cell.c); management lock.
 * open: map loadable regions in root; close: take them away again. False: *r
 * says why (a CPU of root can't be held; close: no page to split a superpage).
 */
bool memory_open(struct cell *cell, struct bh_refusal *r);
bool memory_close(struct cell *cell, struct bh_refusal *r);

/* Long work is done in pieces of at most this many bytes. */
#define MEMORY_PIECE 0x20000ull

/* Wipe the next piece of the cell's RAM and kept image, and of shared memory that no other cell
 * has; false when all is done. */
bool memory_wipe_piece(struct cell *cell);

#endif
