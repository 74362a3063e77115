/* SPDX-License-Identifier: GPL-2.0 */
/* Second-stage faults: guests' accesses to emulated registers, and violations. */
#ifndef ARCH_S2_FAULT_H
#define ARCH_S2_FAULT_H

#include <arch/insn_cache.h>
#include <arch/regs.h>
#include <hyp/cell.h>

/* The access that faulted. */
#define FAULT_WRITE BIT(0)
#define FAULT_FETCH BIT(1)
#define FAULT_WALK BIT(2) /* made by the walk of the guest's own page tables */

/* Emulates the access. Returns the length of the completed instruction, or 0 after a violation.
 * cached: the instruction if insn_cache_find() found it, else NULL. */
unsigned s2_fault(struct percpu *cpu, struct guest_regs *regs, struct cached_insn *cached,
		  ipaddr_t gpa, unsigned fault);

#endif
