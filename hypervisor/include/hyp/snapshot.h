/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The snapshot: a copy of a cell's loadable regions, one after the other, in memory that neither
 * root nor the cell can access. It is made at the first start after a load, and copied back at a
 * start without a load and for SYSTEM_RESET.
 */
#ifndef HYP_SNAPSHOT_H
#define HYP_SNAPSHOT_H

#include <hyp/cell.h>

/*
 * Before a start, with the regions closed: copy the next piece to the snapshot or back from it,
 * whichever is needed. False: nothing is left to copy. Management lock.
 */
bool snapshot_copy_piece(struct cell *cell);

/*
 * SYSTEM_RESET, on the last CPU of the cell that is on: copy the whole snapshot back. Executes the
 * CPU's commands between pieces, so it may not return.
 */
void snapshot_restore(struct percpu *cpu);

#endif
