// SPDX-License-Identifier: GPL-2.0
/*
 * Messages between CPUs (AMD64 APM volume 2, 16.5). A guest's go to its cell's
 * only, whatever it addresses. NMI, INIT and SIPI of guests never become messages:
 * their targets are told and kicked.
 */
#include <arch/apic.h>
#include <arch/apic_hw.h>
#include <arch/asm.h>
#include <arch/cpu.h>
#include <hyp/arch.h>

#define SELF 1
#define ALL 2
#define OTHERS 3
#define BROADCAST 0xffu
#define MAX_IDS 256u   /* the hypervisor is in xAPIC mode at enable, see apic_check() */
#define VECTOR_MIN 16u /* lower ones are illegal (16.4.7) */

void apic_wait_idle(void)
{
	while (apic_hw_read(APIC_ICR) & APIC_BUSY)
		arch_relax();
}

/* In x2APIC mode there is nothing to wait for (16.13). Both modes of the target take 8-bit ids. */
static inline void send_from(const struct percpu *cpu, const struct percpu *target, uint32_t icr)
{
	uint64_t hw_id = target->public.hw_id;

	icr |= APIC_ASSERT;
	if (likely(!cpu->arch.x2apic)) {
		apic_wait_idle();
		apic_hw_write(APIC_ICR_HIGH, (uint32_t)hw_id << 24);
		apic_hw_write(APIC_ICR, icr);
		return;
	}
	asm volatile("mfence\n\tlfence" : : : "memory"); /* what it is about comes first */
	wrmsr(APIC_MSR(APIC_ICR), hw_id << 32 | icr);
}

void apic_send(const struct percpu *target, uint32_t icr)
{
	send_from(this_cpu(), target, icr);
}

/* x2APIC: a cluster's number, then bits (16.14). Else, flat model: a bit a CPU; cluster model: a
 * number, then bits (16.7.2, 16.7.3). */
static bool matches_logical(const struct percpu *cpu, uint64_t destination, bool x2apic)
{
	uint64_t id = cpu->public.hw_id;

	if (x2apic)
		return id >> 4 == destination >> 16 && BIT(id & 0xf) & destination & 0xffff;
	id = cpu->arch.ldr >> 24;
	if (cpu->arch.dfr >> 28 == 0xf)
		return id & destination;
	return (id >> 4 == destination >> 4 || destination >> 4 == 0xf) && id & destination & 0xf;
}

/* Who has an id, plus 1; 0: nobody. Each CPU's is written at enable. */
static uint8_t index_of[MAX_IDS];

void apic_note_id(const struct percpu *cpu)
{
	index_of[cpu->public.hw_id % MAX_IDS] = (uint8_t)(cpu->public.index + 1);
}

/* The CPU of the cell. */
static uint64_t match_id(const struct cell *cell, uint64_t id)
{
	unsigned index = id < MAX_IDS ? index_of[id] : 0;

	return index ? cell->cpus & BIT(index - 1) : 0;
}

uint64_t __cold apic_match(const struct cell *cell, uint64_t destination, bool logical, bool x2apic)
{
	uint64_t found = 0;
	unsigned i;

	if (destination == (x2apic ? UINT32_MAX : BROADCAST))
		return cell->cpus;
	if (!logical)
		return match_id(cell, destination);
	for_each_cpu (i, cell->cpus)
		if (matches_logical(percpu_of(i), destination, x2apic))
			found |= BIT(i);
	return found;
}

static uint64_t __cold destinations(const struct percpu *cpu, uint64_t destination, uint32_t icr)
{
	uint64_t all = cpu->public.cell->cpus;

	switch (APIC_SHORTHAND(icr)) {
	case SELF:
		return BIT(cpu->public.index);
	case ALL:
		return all;
	case OTHERS:
		return all & ~BIT(cpu->public.index);
	}
	return apic_match(cpu->public.cell, destination, icr & APIC_LOGICAL, cpu->arch.x2apic);
}

static inline void send_vector(const struct percpu *cpu, const struct percpu *target,
			       uint32_t vector)
{
	if (vector >= VECTOR_MIN && target->public.state == CPU_RUNNING)
		send_from(cpu, target, vector);
}

void __cold apic_send_to(uint64_t id, uint32_t vector)
{
	unsigned index = id < MAX_IDS ? index_of[id] : 0;

	if (index)
		send_vector(this_cpu(), percpu_of(index - 1), vector);
}

static void send_fixed(const struct percpu *cpu, uint64_t targets, uint32_t icr)
{
	unsigned i;

	for_each_cpu (i, targets) {
		send_vector(cpu, percpu_of(i), icr & 0xff);
		if (APIC_MODE(icr) == APIC_MODE_LOWEST && percpu_of(i)->public.state == CPU_RUNNING)
			return;
	}
}

static void __cold send_nmi(uint64_t targets)
{
	unsigned i;

	for_each_cpu (i, targets) {
		struct percpu *target = percpu_of(i);

		/* Its exit looks at it: this one, or the one that the kick makes. */
		__atomic_store_n(&target->arch.nmi, 1, __ATOMIC_SEQ_CST);
		if (target != this_cpu() && target->public.state == CPU_RUNNING)
			arch_kick(target);
	}
}

/* An INIT to itself comes last: it doesn't return. */
static void __cold send_init(struct percpu *cpu, uint64_t targets, uint32_t icr)
{
	uint64_t self = BIT(cpu->public.index);
	unsigned i;

	/* De-assertion is for processors from before xAPIC (16.5). */
	if (icr & APIC_LEVEL && !(icr & APIC_ASSERT))
		return;
	for_each_cpu (i, targets & ~self)
		cpu_init(percpu_of(i));
	if (targets & self)
		cpu_init(cpu);
}

void ipi_send(struct percpu *cpu, uint64_t destination, uint32_t icr)
{
	uint64_t targets;
	unsigned i;

	/* The usual one: an interrupt for one CPU. */
	if (likely(!(icr & (APIC_MODE_MASK | APIC_LOGICAL | APIC_SHORTHAND_MASK)) &&
		   destination < BROADCAST)) {
		i = index_of[destination];
		if (i && cpu->public.cell->cpus & BIT(i - 1))
			send_vector(cpu, percpu_of(i - 1), icr & 0xff);
		return;
	}
	targets = destinations(cpu, destination, icr);
	switch (APIC_MODE(icr)) {
	case APIC_MODE_FIXED:
	case APIC_MODE_LOWEST:
		send_fixed(cpu, targets, icr);
		break;
	case APIC_MODE_NMI:
		send_nmi(targets);
		break;
	case APIC_MODE_INIT:
		send_init(cpu, targets, icr);
		break;
	case APIC_MODE_SIPI:
		for_each_cpu (i, targets & ~BIT(cpu->public.index))
			cpu_sipi(percpu_of(i), icr & 0xff);
		break;
	}
}
