// SPDX-License-Identifier: GPL-2.0
/* What the tested files call and these tests don't reach. */
#include <arch/boot.h>
#include <arch/vm.h>
#include <hyp/arch.h>
#include <stdlib.h>

uint64_t hyp_phys_offset;

const struct vm_ops *vm;

bool msr_read(uint32_t msr, uint64_t *value)
{
	(void)msr;
	(void)value;
	abort();
}

bool msr_write(uint32_t msr, uint64_t value)
{
	(void)msr;
	(void)value;
	abort();
}

struct percpu *percpu_of(unsigned index)
{
	(void)index;
	abort();
}

void arch_kick(struct percpu *cpu)
{
	(void)cpu;
	abort();
}
