/* SPDX-License-Identifier: GPL-2.0 */
/* The state of one cell, by its id. */
#ifndef HVCTL_DEVICE_CELL_STATUS_H
#define HVCTL_DEVICE_CELL_STATUS_H

#include <bulkhead/ioctl.h>
#include <stdbool.h>

#include "base/say.h"

/*
 * Gets the status of a cell. On OUTCOME_REFUSED, ioc's header has the reason, as after
 * device_try().
 */
enum outcome cell_status(uint32_t id, struct bh_cell_status *status,
			 struct bh_ioc_cell_status *ioc);

/* Copies the name of an existing cell. False: no cell has the id. */
bool cell_name(uint32_t id, char name[BH_NAME_SIZE]);

#endif
