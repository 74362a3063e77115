/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Emulated registers: a sorted table for each cell, built while the cell is
 * created, read without a lock while it runs.
 */
#ifndef HYP_MMIO_H
#define HYP_MMIO_H

#include <hyp/types.h>

struct cell;

/* One decoded access. value: written (zero-extended), or to be filled in by the handler. */
struct mmio_access {
	uint64_t offset; /* from the start of the handler's range */
	uint64_t value;
	uint8_t size; /* bytes: 1, 2, 4, 8 */
	bool write;
};

/* Runs on a CPU of the cell. False: not a valid access, treat it as a violation. */
typedef bool (*mmio_handler)(struct cell *cell, struct mmio_access *access, void *context);

struct mmio_range {
	ipaddr_t start;
	uint64_t size;
	mmio_handler handler;
	void *context;
	uint32_t exit; /* enum bh_exit that counts it */
};

#define MMIO_RANGES 12u

struct mmio_table {
	uint32_t count;
	struct mmio_range ranges[MMIO_RANGES];
};

/* Insert in order; false if the table is full or the range overlaps another. */
bool __must_check mmio_add(struct mmio_table *table, ipaddr_t start, uint64_t size,
			   mmio_handler handler, void *context, uint32_t exit);

/* The range that holds [addr, addr + size), or NULL. On every trapped access: inline. */
static inline const struct mmio_range *mmio_find(const struct mmio_table *table, ipaddr_t addr,
						 unsigned size)
{
	const struct mmio_range *end = table->ranges + table->count;

	for (const struct mmio_range *r = table->ranges; r < end && r->start <= addr; r++) {
		uint64_t offset = addr - r->start;

		if (offset < r->size)
			return size <= r->size - offset ? r : NULL;
	}
	return NULL;
}

#endif
