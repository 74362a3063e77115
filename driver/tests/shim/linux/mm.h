/* SPDX-License-Identifier: GPL-2.0 */
/* arm64 with 4 KiB pages and 48 bits of physical address. */
#ifndef SHIM_MM_H
#define SHIM_MM_H

#include <linux/types.h>

#define PAGE_MASK (~0xfffull)
#define PAGE_ALIGN(address) (((address) + 0xfff) & PAGE_MASK)
#define PAGE_ALIGNED(address) (!((address)&0xfff))

#endif
