/* SPDX-License-Identifier: GPL-2.0 */
/* Instructions with which a CPU's guest accesses emulated registers, remembered: see insn_lookup.h. */
#ifndef ARCH_MEMO_H
#define ARCH_MEMO_H

#include <arch/insn.h>

#define MEMOS 8u
#define MEMO_STEPS 5u	/* a page in the fourth level of tables, and the instruction */
#define NOWHERE BIT(63) /* no address */

/*
 * One in 64-bit mode. It holds while each of its words reads the same: the
 * entries of the guest's tables on the way to the instruction, then the instruction.
 */
struct insn_memo {
	uint64_t rip, cr3, cr4;
	uint64_t
		apic; /* the page of the local APIC, if it stored to a register there; else NOWHERE */
	struct insn insn;
	struct memo_step *end;
	uint64_t windows; /* a number for these pages in these windows, not 0 */
	struct memo_step {
		uint64_t entry; /* of the hypervisor's tables, for the page */
		const volatile uint64_t *at;
		uint64_t value;
	} step[MEMO_STEPS];
	uint8_t unused[72]; /* its size is a power of two: quickly found by number */
};
_Static_assert(sizeof(struct insn_memo) == 256, "a power of two");

#endif
