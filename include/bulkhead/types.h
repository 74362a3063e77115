/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Fixed-width integers for every side of the ABI: the kernel brings its own,
 * everyone else has the compiler's freestanding <stdint.h>.
 */
#ifndef BULKHEAD_TYPES_H
#define BULKHEAD_TYPES_H

#ifdef __KERNEL__
#include <linux/types.h>
#else
#include <stdint.h>
#endif

/* Each ABI struct states its size, so that no compiler can change it silently. */
#ifdef __cplusplus
#define BH_ASSERT_SIZE(type, bytes) static_assert(sizeof(type) == (bytes), #type)
#else
#define BH_ASSERT_SIZE(type, bytes) _Static_assert(sizeof(type) == (bytes), #type)
#endif

#endif
