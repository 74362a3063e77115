/* SPDX-License-Identifier: GPL-2.0 */
/* Words of a guest's memory, each through a window of this CPU's that stays open: see mmu_window(). */
#ifndef ARCH_PEEK_H
#define ARCH_PEEK_H

#include <arch/asm.h>
#include <arch/boot.h>
#include <arch/layout.h>
#include <arch/insn_cache.h>
#include <hyp/percpu.h>

#define P_PEEK (BIT(0) | BIT(5) | BIT(63)) /* present, accessed, not executable */

static inline unsigned peek_window(const struct percpu *cpu)
{
	return cpu->public.index * WINDOWS + WINDOW_PEEK;
}

/* at: memory, eight bytes of one page. */
static inline struct memo_step peek_step(const struct percpu *cpu, unsigned step, paddr_t at,
					 uint64_t value)
{
	uint64_t va = WINDOW_VA + (peek_window(cpu) + step) * PAGE_SIZE;

	return (struct memo_step){ (at & ~PAGE_MASK) | P_PEEK,
				   (const volatile uint64_t *)(va + (at & PAGE_MASK)), value };
}

/* The windows show its words now. */
static inline void __cold peek_open(struct percpu *cpu, const struct insn_memo *memo)
{
	volatile uint64_t *entry = &mmu_private[1 + peek_window(cpu)];

	for (const struct memo_step *s = memo->step; s != memo->end; s++, entry++) {
		if (*entry != s->entry) {
			*entry = s->entry;
			invlpg((uint64_t)s->at);
		}
	}
	cpu->arch.shown = memo->windows;
}

static inline void peek_close(struct percpu *cpu)
{
	for (unsigned i = 0; i < MEMO_STEPS; i++)
		mmu_window(WINDOW_PEEK + i, 0);
	cpu->arch.shown = 0;
}

#endif
