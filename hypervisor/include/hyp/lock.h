/* SPDX-License-Identifier: GPL-2.0 */
/* Locks for a few instructions. */
#ifndef HYP_LOCK_H
#define HYP_LOCK_H

#include <stdint.h>

/*
 * A CPU takes one at a time. What a CPU holds is noted,
 * so that a fault of the hypervisor meanwhile can let it go (cpu_drop_lock()).
 */
void cpu_lock(uint32_t *lock);
void cpu_drop_lock(void);

#endif
