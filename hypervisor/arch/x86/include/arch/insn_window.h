/* SPDX-License-Identifier: GPL-2.0 */
/* Windows of a CPU that keep the words of cached instructions mapped: see mmu_window(). */
#ifndef ARCH_INSN_WINDOW_H
#define ARCH_INSN_WINDOW_H

#include <arch/asm.h>
#include <arch/insn_cache.h>
#include <arch/layout.h>
#include <arch/mmu.h>
#include <hyp/percpu.h>

#define P_CODE (BIT(0) | BIT(5) | BIT(63)) /* present, accessed, not executable */

static inline unsigned insn_window_first(const struct percpu *cpu)
{
	return cpu->public.index * WINDOWS + WINDOW_INSN;
}

/* Returns a cached_word for word i of an instruction. at: its address, in RAM; its eight bytes lie
 * in one page. */
static inline struct cached_word insn_window_word(const struct percpu *cpu, unsigned i, paddr_t at,
						  uint64_t value)
{
	uint64_t va = WINDOW_VA + (insn_window_first(cpu) + i) * PAGE_SIZE;

	return (struct cached_word){ (at & ~PAGE_MASK) | P_CODE,
				     (const volatile uint64_t *)(va + (at & PAGE_MASK)), value };
}

/* Maps the words of an instruction. */
static inline void __cold insn_windows_open(struct percpu *cpu, const struct cached_insn *cached)
{
	volatile uint64_t *entry = &mmu_private[1 + insn_window_first(cpu)];

	for (const struct cached_word *w = cached->word; w != cached->end; w++, entry++) {
		if (*entry != w->entry) {
			*entry = w->entry;
			invlpg((uint64_t)w->at);
		}
	}
	cpu->arch.window_set = cached->window_set;
}

static inline void insn_windows_close(struct percpu *cpu)
{
	for (unsigned i = 0; i < CACHED_WORDS; i++)
		mmu_window(WINDOW_INSN + i, 0);
	cpu->arch.window_set = 0;
}

#endif
