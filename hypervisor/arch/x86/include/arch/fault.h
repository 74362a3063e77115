/* SPDX-License-Identifier: GPL-2.0 */
/* What happens when a guest goes too far, or when the hypervisor itself faults. */
#ifndef ARCH_FAULT_H
#define ARCH_FAULT_H

#include <arch/regs.h>
#include <hyp/cell.h>

/* The guest did what it may not: a cell is stopped, or gets #GP where its config says so; root
 * gets #GP. gpa: of the access, if it was one. */
void violation(struct percpu *cpu, const struct guest_regs *regs, enum bh_stop_reason reason,
	       ipaddr_t gpa);

/* A cell can't go on. */
void __noreturn stop_with_record(struct percpu *cpu, const struct guest_regs *regs,
				 enum bh_stop_reason reason, ipaddr_t gpa);

/* A machine check on a cell's CPU: the cell ends, its bank's status and address in the record. */
void __noreturn machine_check(struct percpu *cpu, const struct guest_regs *regs);

#endif
