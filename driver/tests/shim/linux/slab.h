/* SPDX-License-Identifier: GPL-2.0 */
/* Memory is from the host's allocator, with its exact size. fake_out_of_memory makes it fail. */
#ifndef SHIM_SLAB_H
#define SHIM_SLAB_H

#include <linux/types.h>

#define GFP_KERNEL 0

#define struct_size(object, array, count) \
	(sizeof(*(object)) + (size_t)(count) * sizeof((object)->array[0]))

void *kvmalloc(size_t size, int flags);
void kvfree(const void *memory);
#define kfree kvfree

#endif
