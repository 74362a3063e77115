/* SPDX-License-Identifier: GPL-2.0 */
/* The second stage of translation. */
#ifndef ARCH_STAGE2_H
#define ARCH_STAGE2_H

#include <hyp/types.h>

struct percpu;

/* The value of VTCR_EL2. */
uint64_t stage2_vtcr(void);

/*
 * The CPU's cell may have a root for each CPU (gic_kick_withdraws()): the same entries as in the
 * cell's root, which don't change while CPUs of the cell run, with the same VMID.
 *
 * stage2_enter(), on this CPU before it enters the guest: fill in its root. Returns VTTBR_EL2.
 * stage2_withdraw(), on any CPU: empty it, so that whatever this CPU executes next faults. Several
 * CPUs may do so at the same time.
 */
uint64_t stage2_enter(struct percpu *cpu);
void stage2_withdraw(struct percpu *cpu);

#endif
