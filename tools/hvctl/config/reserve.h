/* SPDX-License-Identifier: GPL-2.0 */
/* How to keep Linux away from the memory that a config gives to others. */
#ifndef HVCTL_CONFIG_RESERVE_H
#define HVCTL_CONFIG_RESERVE_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "config/blob.h"

/*
 * The bytes for Linux's mem= argument that leave out all memory of the
 * hypervisor and the cells. False: mem= can't do it (it only cuts off the top,
 * and the root cell's config has to show where RAM starts).
 */
bool reserve_mem_argument(const struct blob *blob, uint64_t *bytes);

/*
 * Writes the arguments that leave the same out on x86, one for each piece:
 * "memmap=0x1000000$0x3f000000". False: there is no config to say it.
 */
bool reserve_memmap_arguments(FILE *out, const struct blob *blob);

#endif
