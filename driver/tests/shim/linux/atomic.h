/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SHIM_ATOMIC_H
#define SHIM_ATOMIC_H

#include <linux/types.h>

typedef struct {
	int value;
} atomic_t;

typedef struct {
	int64_t value;
} atomic64_t;

#define atomic_read(atomic) ((atomic)->value)
#define atomic_inc(atomic) ((void)(atomic)->value++)
#define atomic64_read(atomic) ((atomic)->value)

#endif
