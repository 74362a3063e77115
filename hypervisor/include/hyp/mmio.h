/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Emulated registers: a sorted table of each cell. It is built while the cell is created and read
 * without a lock while the cell runs.
 */
#ifndef HYP_MMIO_H
#define HYP_MMIO_H

#include <hyp/types.h>

struct cell;

/* One decoded access. value: the value written, zero-extended; for a read, the handler sets it. */
struct mmio_access {
	uint64_t offset; /* from the start of the range */
	uint64_t value;
	uint8_t size; /* bytes: 1, 2, 4, 8 */
	bool write;
};

/* On a CPU of the cell. False: the access is invalid, a violation. */
typedef bool (*mmio_handler)(struct cell *cell, struct mmio_access *access, void *context);

struct mmio_range {
	ipaddr_t start;
	uint64_t size;
	mmio_handler handler;
	void *context;
	uint32_t exit; /* enum bh_exit under which accesses are counted */
};

#define MMIO_RANGES 12u

struct mmio_table {
	uint32_t count;
	struct mmio_range ranges[MMIO_RANGES];
};

/* Insert a range. False: the table is full, or the range overlaps another. */
bool __must_check mmio_add(struct mmio_table *table, ipaddr_t start, uint64_t size,
			   mmio_handler handler, void *context, uint32_t exit);

/* The range that contains [addr, addr + size), or NULL. Inline: it runs on every trapped access. */
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
