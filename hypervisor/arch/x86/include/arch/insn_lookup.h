/* SPDX-License-Identifier: GPL-2.0 */
/* Finding instructions that are remembered; for exits. */
#ifndef ARCH_RECALL_H
#define ARCH_RECALL_H

#include <arch/apic.h>
#include <arch/apic_hw.h>
#include <arch/insn_window.h>

/*
 * Guests use few instructions for that, again and again. Seeing that one is
 * the same takes a read for each level of the guest's tables; decoding it anew,
 * a walk through the second stage for each. NULL: do that.
 */
static inline struct insn_memo *memo_find(struct percpu *cpu, uint64_t rip, uint64_t cr3,
					  uint64_t cr4)
{
	struct insn_memo *memo = &cpu->arch.memos[rip % MEMOS];
	const struct memo_step *end;

	if (unlikely(memo->rip != rip || memo->cr3 != cr3 || memo->cr4 != cr4))
		return NULL;
	if (unlikely(cpu->arch.shown != memo->windows))
		peek_open(cpu, memo);
	end = memo->end;
	for (const struct memo_step *s = memo->step; s != end; s++)
		if (unlikely(*s->at != s->value))
			return NULL;
	return memo;
}

/* Does it store to a register of the local APIC again? */
static inline bool memo_stores(const struct insn_memo *memo, ipaddr_t gpa)
{
	uint64_t offset = gpa - memo->apic;

	return offset < PAGE_SIZE && !(offset & 0xf);
}

static inline void memo_store(struct percpu *cpu, const struct guest_regs *regs,
			      const struct insn_memo *memo, ipaddr_t gpa)
{
	const struct insn *insn = &memo->insn;

	count_exit(cpu, BH_EXIT_APIC);
	if (likely(gpa - memo->apic == APIC_EOI))
		apic_hw_write(APIC_EOI, 0);
	else
		apic_store(cpu, gpa - memo->apic,
			   (uint32_t)(insn->immediate ? insn->value : regs->r[insn->reg]));
}

#endif
