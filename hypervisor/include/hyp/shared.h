/* SPDX-License-Identifier: GPL-2.0 */
/* Doorbells: of shared memory, and root's own. */
#ifndef HYP_SHARED_H
#define HYP_SHARED_H

#include <hyp/cell.h>

/* Page that root reads; set up by hyp_init(). */
extern struct bh_rings *rings;

/*
 * BH_HC_RING: on the CPU that called, without any lock. Raises the doorbells of
 * all others that have the caller's index-th named region. Gives how many, or
 * minus a refusal code.
 */
int64_t shared_ring(const struct cell *cell, uint64_t index);

/* Something of this cell is new for root: count it, then raise root's doorbell. Any CPU. */
void root_notify(const struct cell *cell);

#endif
