/* SPDX-License-Identifier: GPL-2.0 */
/* Lookup in the cache of decoded instructions, inlined into the handlers of second-stage faults. */
#ifndef ARCH_INSN_LOOKUP_H
#define ARCH_INSN_LOOKUP_H

#include <arch/apic.h>
#include <arch/apic_hw.h>
#include <arch/insn_window.h>
#include <arch/regs.h>

/*
 * Guests repeat few instructions. A hit costs one read for each level of the guest's page tables; a
 * miss (NULL) costs a decode, and a walk of the second stage for each of these levels.
 */
static inline struct cached_insn *insn_cache_find(struct percpu *cpu, uint64_t rip, uint64_t cr3,
						  uint64_t cr4)
{
	struct cached_insn *cached = &cpu->arch.insn_cache[rip % INSN_CACHE_SIZE];
	const struct cached_word *end;

	if (unlikely(cached->rip != rip || cached->cr3 != cr3 || cached->cr4 != cr4))
		return NULL;
	if (unlikely(cpu->arch.window_set != cached->window_set))
		insn_windows_open(cpu, cached);
	end = cached->end;
	for (const struct cached_word *w = cached->word; w != end; w++)
		if (unlikely(*w->at != w->value))
			return NULL;
	return cached;
}

/* True if the instruction stored to the local APIC's page before and now stores to a register. */
static inline bool insn_stores_to_apic(const struct cached_insn *cached, ipaddr_t gpa)
{
	uint64_t offset = gpa - cached->apic;

	return offset < PAGE_SIZE && !(offset & 0xf);
}

static inline void insn_store_to_apic(struct percpu *cpu, const struct guest_regs *regs,
				      const struct cached_insn *cached, ipaddr_t gpa)
{
	const struct insn *insn = &cached->insn;

	count_exit(cpu, BH_EXIT_APIC);
	if (likely(gpa - cached->apic == APIC_EOI))
		apic_hw_write(APIC_EOI, 0);
	else
		apic_store(cpu, gpa - cached->apic,
			   (uint32_t)(insn->immediate ? insn->value : regs->r[insn->reg]));
}

#endif
