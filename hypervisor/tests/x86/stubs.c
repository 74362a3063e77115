// SPDX-License-Identifier: GPL-2.0
/* What the tested files call and these tests don't reach. */
#include <arch/boot.h>
#include <arch/vm.h>
#include <hyp/arch.h>
#include <stdlib.h>

uint64_t hyp_phys_offset;

uint64_t vm_get(const struct percpu *cpu, enum vm_reg reg)
{
	(void)cpu;
	(void)reg;
	abort();
}

void vm_set_efer(struct percpu *cpu, uint64_t efer)
{
	(void)cpu;
	(void)efer;
	abort();
}

void vm_flush(struct percpu *cpu)
{
	(void)cpu;
	abort();
}

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
