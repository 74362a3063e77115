/* SPDX-License-Identifier: GPL-2.0 */
/* The only physical memory is fake_memory. */
#ifndef SHIM_IO_H
#define SHIM_IO_H

#include <linux/types.h>

#define MEMREMAP_WB 1

void *memremap(u64 phys, size_t size, unsigned long flags);
void memunmap(void *memory);

#endif
