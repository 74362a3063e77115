/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Fixed-width integers for every side of the ABI: from <linux/types.h> in the
 * kernel, from the compiler's freestanding <stdint.h> elsewhere.
 */
#ifndef BULKHEAD_TYPES_H
#define BULKHEAD_TYPES_H

#ifdef __KERNEL__
#include <linux/types.h>
#else
#include <stdint.h>
#endif

/* Asserts the size of an ABI struct, so that every compiler lays it out the same. */
#ifdef __cplusplus
#define BH_ASSERT_SIZE(type, bytes) static_assert(sizeof(type) == (bytes), #type)
#else
#define BH_ASSERT_SIZE(type, bytes) _Static_assert(sizeof(type) == (bytes), #type)
#endif

#endif
