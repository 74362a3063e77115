/* SPDX-License-Identifier: GPL-2.0 */
/* A guest's memory and its accesses to emulated registers. */
#ifndef ARCH_GUEST_H
#define ARCH_GUEST_H

#include <arch/regs.h>
#include <hyp/cell.h>

/* Reads the instruction that the guest executes; NULL: not a move that insn.h knows. Its tables may
 * change meanwhile: whatever comes of that is an instruction of the guest's own making. */
struct insn_memo *guest_read_insn(struct percpu *cpu);

/* Where the guest's memory is has changed, or the CPU gets another guest: no memo holds. */
void guest_forget(struct percpu *cpu);

/* What a second-stage fault was. */
#define FAULT_WRITE BIT(0)
#define FAULT_FETCH BIT(1)
#define FAULT_WALK BIT(2) /* of the guest's own tables, not of what they lead to */

/* Gives the bytes of the instruction, which is done, or 0. memo: the instruction, if known. */
unsigned guest_fault(struct percpu *cpu, struct guest_regs *regs, struct insn_memo *memo,
		     ipaddr_t gpa, unsigned fault);

/* Registers by an instruction's operand: size 1, 2, 4, 8; 4 bytes written clear the upper ones. */
uint64_t reg_get(const struct guest_regs *regs, unsigned reg, unsigned size, bool high_byte);
void reg_set(struct guest_regs *regs, unsigned reg, unsigned size, bool high_byte, uint64_t value);

#endif
