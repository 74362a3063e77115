/* SPDX-License-Identifier: GPL-2.0 */
/* The hypercall dispatcher. */
#ifndef HYP_HYPERCALL_H
#define HYP_HYPERCALL_H

#include <hyp/percpu.h>

/*
 * On the CPU that called. function: BH_HC_*; a1, a2: its arguments as the
 * guest gave them. Gives what the guest's first register gets. May not return
 * to the caller (shutdown, disable).
 */
int64_t hypercall(struct percpu *cpu, uint64_t function, uint64_t a1, uint64_t a2);

/*
 * The hypervisor faulted on this CPU, and nothing of what it was at is resumed:
 * let go whatever it holds. True: it was in a management call of root, which
 * is to get -BH_E_FAULT; no other one that changes anything is accepted any more.
 */
bool hypercall_abandon(struct percpu *cpu);

/* Pages shared with root; set up by hyp_init(). */
extern struct bh_comm *comm;
extern struct bh_cpu_stats *all_stats; /* and rings, see shared.h */

#endif
