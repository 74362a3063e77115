/* SPDX-License-Identifier: GPL-2.0 */
/* The memory of a cell: what its config claims; loading and wiping it. See res_memory.c. */
#ifndef HYP_MEMORY_H
#define HYP_MEMORY_H

#include <hyp/cell.h>

/* Memory that a config claims: a region or the snapshot. */
struct claim {
	paddr_t phys;
	uint64_t size;
	uint32_t type;	/* enum bh_region_type */
	uint32_t flags; /* BH_REGION_* */
	enum bh_field field;
	uint32_t index;
};

/* The i-th claim of a config: the regions, then the snapshot. False: there are only i claims. */
bool claim_of(const struct bh_cell_part *config, uint32_t i, struct claim *claim);

#define for_each_claim(i, claim, config) for ((i) = 0; claim_of((config), (i), (claim)); (i)++)

/*
 * Management lock. memory_open(): map the cell's loadable regions in root. memory_close(): unmap
 * them again. False: *r holds the refusal. Both refuse if a CPU of root can't be held; closing also
 * refuses if the pool has no page for splitting a superpage.
 */
bool memory_open(struct cell *cell, struct bh_refusal *r);
bool memory_close(struct cell *cell, struct bh_refusal *r);

/* Wiping and copying are divided into pieces of at most this many bytes. */
#define MEMORY_PIECE 0x20000ull

/* Wipe the next piece of the cell's RAM, its snapshot and its shared memory that no other cell
 * uses. False: nothing is left to wipe. Management lock. */
bool memory_wipe_piece(struct cell *cell);

#endif
