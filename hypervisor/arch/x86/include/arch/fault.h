/* SPDX-License-Identifier: GPL-2.0 */
/* Violations by guests, and faults of the hypervisor. */
#ifndef ARCH_FAULT_H
#define ARCH_FAULT_H

#include <arch/regs.h>
#include <hyp/cell.h>

/* The guest accessed something that it doesn't have. Root, and a cell whose config says so, gets
 * #GP; any other cell is stopped. gpa: the address, if it was memory. */
void violation(struct percpu *cpu, const struct guest_regs *regs, enum bh_stop_reason reason,
	       ipaddr_t gpa);

/* Stops the cell of this CPU and records why. */
void __noreturn stop_with_record(struct percpu *cpu, const struct guest_regs *regs,
				 enum bh_stop_reason reason, ipaddr_t gpa);

/* A machine check on a cell's CPU: stops the cell; the record has the bank's status and address. */
void __noreturn machine_check(struct percpu *cpu, const struct guest_regs *regs);

#endif
