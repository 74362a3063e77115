/* SPDX-License-Identifier: GPL-2.0 */
/* How to keep Linux away from the memory that a config gives to others. */
#ifndef HVCTL_RESERVE_H
#define HVCTL_RESERVE_H

#include <stdbool.h>
#include <stdint.h>

#include "blob.h"

/*
 * The bytes for Linux's mem= argument that leave out all memory of the
 * hypervisor and the cells. False: mem= can't do it (it only cuts off the top,
 * and the root cell's config has to show where RAM starts).
 */
bool reserve_mem_argument(const struct blob *blob, uint64_t *bytes);

#endif
