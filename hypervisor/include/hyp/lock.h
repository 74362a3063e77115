/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Spin locks, held for a few instructions. They are fair: CPUs get a lock in the order in which
 * they asked for it, so a CPU waits for at most one turn of each other CPU, however often these
 * ask. A lock's upper half is the next ticket, its lower half the ticket that is served; 0: free.
 */
#ifndef HYP_LOCK_H
#define HYP_LOCK_H

#include <stdint.h>

/*
 * A CPU holds at most one lock. cpu_lock() records it in the percpu struct. After a fault of the
 * hypervisor, cpu_drop_lock() releases the recorded lock, if there is one.
 */
void cpu_lock(uint32_t *lock);
void cpu_drop_lock(void);

#endif
