/* SPDX-License-Identifier: GPL-2.0 */
/* Finds existing cells by name or id. */
#ifndef HVCTL_REQUEST_CELLS_H
#define HVCTL_REQUEST_CELLS_H

#include <bulkhead/ioctl.h>

#include "base/say.h"

/*
 * Finds a cell by name, or by id if no cell has that name. Prints a message with the existing
 * names on failure.
 */
enum outcome cell_find(const char *name_or_id, struct bh_cell_status *status);

/* Returns the status of all cells, ordered by id, and their number. */
enum outcome cells_all(struct bh_cell_status status[BH_MAX_CELLS], unsigned int *n);

#endif
