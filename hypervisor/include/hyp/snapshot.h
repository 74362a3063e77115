/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The kept image: a copy of a cell's loadable regions, one after the other, in
 * memory that neither root nor the cell can reach. Made before a start after
 * load, copied back before a start without one and for SYSTEM_RESET.
 */
#ifndef HYP_SNAPSHOT_H
#define HYP_SNAPSHOT_H

#include <hyp/cell.h>

/*
 * Before a start, the regions closed: copy the next piece to the image or back
 * from it, whichever is needed. False: nothing is left to do. Management lock.
 */
bool snapshot_copy_piece(struct cell *cell);

/*
 * SYSTEM_RESET, on the cell's last CPU that is on: copy all of the image back.
 * Takes commands on the way, so it may not return.
 */
void snapshot_restore(struct percpu *cpu);

#endif
