/* SPDX-License-Identifier: GPL-2.0 */
/* The cells that exist, by name or id. */
#ifndef HVCTL_REQUEST_CELLS_H
#define HVCTL_REQUEST_CELLS_H

#include <bulkhead/ioctl.h>

#include "base/say.h"

/*
 * Finds a cell by name, or by id where no cell has that name. Says what is
 * wrong, with the names there are.
 */
enum outcome cell_find(const char *name_or_id, struct bh_cell_status *status);

/* The status of all cells, in the order of ids. n: how many. */
enum outcome cells_all(struct bh_cell_status status[BH_MAX_CELLS], unsigned int *n);

#endif
