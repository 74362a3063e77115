/* SPDX-License-Identifier: GPL-2.0 */
/* Spin locks, held for a few instructions. */
#ifndef HYP_LOCK_H
#define HYP_LOCK_H

#include <stdint.h>

/*
 * A CPU holds at most one. cpu_lock() records it in the percpu struct, so that after a fault of the
 * hypervisor cpu_drop_lock() can release it; without a held lock that does nothing.
 */
void cpu_lock(uint32_t *lock);
void cpu_drop_lock(void);

#endif
