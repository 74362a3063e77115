/* SPDX-License-Identifier: GPL-2.0 */
/* Doorbells: those of shared memory, and root's own. */
#ifndef HYP_SHARED_H
#define HYP_SHARED_H

#include <hyp/cell.h>

/* The page of counters that root reads; set up by hyp_init(). */
extern struct bh_rings *rings;

/*
 * BH_HC_RING, on the CPU that called, without any lock: raise the doorbells of all other cells that
 * have the caller's index-th shared region. Returns their number, or minus a refusal code.
 */
int64_t shared_ring(const struct cell *cell, uint64_t index);

/* Count an event of this cell, then raise root's doorbell. Any CPU. */
void root_notify(const struct cell *cell);

#endif
