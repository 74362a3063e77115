/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Resource classes: everything that can belong to a cell. A class is one file that ends with
 * RESOURCE_CLASS(...); cell creation and destruction call all classes and name none.
 */
#ifndef HYP_RESOURCE_H
#define HYP_RESOURCE_H

#include <hyp/cell.h>

/*
 * Any operation may be NULL. All run on a CPU of root with the management lock held, or at enable;
 * the exception is reset.
 */
struct resource_class {
	/* Check whether the cell (root included) may have what its config asks for, and reserve in
	 * cell->reserve the pages that grant and revoke will take. Changes no ownership. False: *r
	 * holds the refusal. */
	bool (*validate)(struct cell *cell, struct bh_refusal *r);
	/* Move the resources from root to the cell. Cannot fail. */
	void (*grant)(struct cell *cell);
	/* Before each start: put the resources into their state after power-on. The cell's CPUs are
	 * off. Exception: for SYSTEM_RESET it runs on the cell's last CPU, without the lock. */
	void (*reset)(struct cell *cell);
	/* Move the resources back to root. The cell's CPUs are off. Cannot fail. */
	void (*revoke)(struct cell *cell);
	/* Free what validate allocated. The last call for a refused or destroyed cell; validate may
	 * have refused, or may not have been called. */
	void (*release)(struct cell *cell);
};

/*
 * The order of classes: by rank, a string that the linker sorts by. validate, grant, reset and
 * release run in ascending order, revoke in descending order, so that every step is undone in the
 * opposite order. Classes of one rank must not depend on each other's order.
 *
 * Two ranks are kept for an IOMMU, which needs two classes. Rank 25: grant removes the memory from
 * the tables of root's devices and invalidates the IOTLB before the memory leaves root; revoke
 * restores the entries after the memory is back. Rank 35: grant attaches the cell's devices to the
 * cell's tables after these map its memory; revoke detaches them and invalidates the IOTLB before
 * the memory returns to root.
 *
 * RANK_POOL comes before RANK_MEMORY: pages that memory reserves would lengthen the search for the
 * console's adjacent pages.
 */
#define RANK_ROOT "18"	   /* its revoke relies on the CPUs that root has back */
#define RANK_CPU "20"	   /* later ranks rely on the cell's and root's CPU masks */
#define RANK_POOL "22"	   /* pages of the pool that the cell or root sees: info, console */
#define RANK_MEMORY "30"   /* regions and snapshot */
#define RANK_IRQ "50"	   /* interrupts, delivered to the cell's CPUs */
#define RANK_DEVICE "60"   /* PCI functions, I/O ports */
#define RANK_DOORBELL "70" /* raises interrupts that the cell has by then */

#define RESOURCE_CLASS(rank, ident, ...)                                                       \
	static const struct resource_class ident = { __VA_ARGS__ };                            \
	static const struct resource_class *const ident##_entry __section("resources_" rank) = \
		&ident

/* For host tests, which call it for each cell: does the hardware state match the recorded
 * ownership? The images leave it out: nothing in them refers to the section. */
#define RESOURCE_AUDIT(audit) \
	static bool (*const audit##_entry)(const struct cell *) __section("audits") = audit

/* From the linker script: pointers to all classes, sorted by rank. */
extern const struct resource_class *const __start_resources[];
extern const struct resource_class *const __stop_resources[];

/* Iterate in ascending or descending order; c: const struct resource_class *const *. */
#define for_each_class(c) for (c = __start_resources; c < __stop_resources; c++)
#define for_each_class_reverse(c) for (c = __stop_resources; c-- > __start_resources;)

/* All classes: see the operations of the same name. */
bool classes_validate(struct cell *cell, struct bh_refusal *r);
void classes_grant(struct cell *cell);
void classes_reset(struct cell *cell);
void classes_revoke(struct cell *cell);
void classes_release(struct cell *cell);

/* For validate: reserve pages in cell->reserve, or allocate adjacent zeroed pages. False, NULL: *r
 * holds the refusal. */
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

/* For validate: emulate registers at [at, at + size). Refuses a config with a region there, at its
 * physical or its guest address. field: offset in the platform's part, for the refusal. */
bool trap_range(struct cell *cell, paddr_t at, uint64_t size, mmio_handler handler, void *context,
		enum bh_exit exit, uint32_t field, struct bh_refusal *r);

#endif
