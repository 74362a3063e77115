/* SPDX-License-Identifier: GPL-2.0 */
/* The model needs no windows: its memory is always mapped. */
#ifndef ARCH_PEEK_H
#define ARCH_PEEK_H

#include <arch/insn_cache.h>
#include <hyp/percpu.h>

static inline struct cached_word insn_window_word(const struct percpu *cpu, unsigned step,
						  paddr_t at, uint64_t value)
{
	(void)cpu, (void)step;
	return (struct cached_word){ at & ~PAGE_MASK, (const volatile uint64_t *)at, value };
}

static inline void insn_windows_open(struct percpu *cpu, const struct cached_insn *cached)
{
	cpu->arch.window_set = cached->window_set;
}

static inline void insn_windows_close(struct percpu *cpu)
{
	cpu->arch.window_set = 0;
}

#endif
