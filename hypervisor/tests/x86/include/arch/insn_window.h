/* SPDX-License-Identifier: GPL-2.0 */
/* The model's memory is seen without windows. */
#ifndef ARCH_PEEK_H
#define ARCH_PEEK_H

#include <arch/insn_cache.h>
#include <hyp/percpu.h>

static inline struct memo_step peek_step(const struct percpu *cpu, unsigned step, paddr_t at,
					 uint64_t value)
{
	(void)cpu, (void)step;
	return (struct memo_step){ at & ~PAGE_MASK, (const volatile uint64_t *)at, value };
}

static inline void peek_open(struct percpu *cpu, const struct insn_memo *memo)
{
	cpu->arch.shown = memo->windows;
}

static inline void peek_close(struct percpu *cpu)
{
	cpu->arch.shown = 0;
}

#endif
