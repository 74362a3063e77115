/* SPDX-License-Identifier: GPL-2.0 */
/* The hypercall dispatcher. */
#ifndef HYP_HYPERCALL_H
#define HYP_HYPERCALL_H

#include <hyp/percpu.h>

/*
 * Carry out a hypercall on the CPU that made it. function: BH_HC_*; a1, a2: unchecked values from
 * the guest. Returns the value for the guest's first register. Shutdown and disable do not return.
 */
int64_t hypercall(struct percpu *cpu, uint64_t function, uint64_t a1, uint64_t a2);

/*
 * Called after a fault of the hypervisor on this CPU, which doesn't resume its work: release the
 * locks that the CPU holds. True: it was in a management call of root, which must return
 * -BH_E_FAULT; from now on every management call that changes anything is refused.
 */
bool hypercall_abandon(struct percpu *cpu);

/* The page through which root passes parameters and takes results; set up by hyp_init(). */
extern struct bh_comm *comm;

#endif
