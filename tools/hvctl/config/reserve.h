/* SPDX-License-Identifier: GPL-2.0 */
/* Kernel arguments that reserve the memory of the hypervisor and of cells. */
#ifndef HVCTL_CONFIG_RESERVE_H
#define HVCTL_CONFIG_RESERVE_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "config/blob.h"

/*
 * Computes the value of Linux's mem= argument, in bytes, that excludes all memory of the
 * hypervisor and the cells. False: not possible, because mem= only cuts off the top of RAM, and
 * the start of RAM is known only from the root cell's config.
 */
bool reserve_mem_argument(const struct blob *blob, uint64_t *bytes);

/*
 * Writes the arguments that exclude the same memory on x86, one for each range:
 * "memmap=0x1000000$0x3f000000". False: there is no config, or no memory.
 */
bool reserve_memmap_arguments(FILE *out, const struct blob *blob);

#endif
