// SPDX-License-Identifier: GPL-2.0
/*
 * Messages that guests send to other CPUs (AMD64 APM volume 2, 16.5). They reach only CPUs of the
 * guest's cell. NMI, INIT and SIPI are not sent: the target gets a request and a kick.
 */
#include <arch/apic.h>
#include <arch/cpu.h>
#include <hyp/arch.h>

#define SELF 1
#define ALL 2
#define OTHERS 3

/* x2APIC: cluster number, then one bit for each CPU of the cluster (16.14). xAPIC, flat model: one
 * bit for each CPU; cluster model: as x2APIC with 4 and 4 bits (16.7.2, 16.7.3). */
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

/* Returns the mask of the cell's CPU with this APIC id, or 0. */
static uint64_t match_id(const struct cell *cell, uint64_t id)
{
	unsigned index = id < APIC_IDS ? apic_index_of[id] : 0;

	return index ? cell->cpus & BIT(index - 1) : 0;
}

uint64_t apic_match(const struct cell *cell, uint64_t destination, bool logical, bool x2apic)
{
	uint64_t found = 0;
	unsigned i;

	if (destination == (x2apic ? UINT32_MAX : APIC_BROADCAST))
		return cell->cpus;
	if (!logical)
		return match_id(cell, destination);
	for_each_cpu (i, cell->cpus)
		if (matches_logical(percpu_of(i), destination, x2apic))
			found |= BIT(i);
	return found;
}

static uint64_t destinations(const struct percpu *cpu, uint64_t destination, uint32_t icr)
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

static void send_fixed(const struct percpu *cpu, uint64_t targets, uint32_t icr)
{
	unsigned i;

	for_each_cpu (i, targets) {
		apic_send_vector(cpu, percpu_of(i), icr & 0xff);
		if (APIC_MODE(icr) == APIC_MODE_LOWEST && percpu_of(i)->public.state == CPU_RUNNING)
			return;
	}
}

static void send_nmi(uint64_t targets)
{
	unsigned i;

	for_each_cpu (i, targets) {
		struct percpu *target = percpu_of(i);

		/* The target injects it at the end of an exit: this one if the target is this
		 * CPU, else the one that the kick causes. */
		__atomic_store_n(&target->arch.nmi, 1, __ATOMIC_SEQ_CST);
		if (target != this_cpu() && target->public.state == CPU_RUNNING)
			arch_kick(target);
	}
}

/* Sends INIT to the targets. This CPU comes last, because its INIT doesn't return. */
static void send_init(struct percpu *cpu, uint64_t targets, uint32_t icr)
{
	uint64_t self = BIT(cpu->public.index);
	unsigned i;

	/* INIT level de-assert has no effect on xAPICs (16.5). */
	if (icr & APIC_LEVEL && !(icr & APIC_ASSERT))
		return;
	for_each_cpu (i, targets & ~self)
		cpu_init(percpu_of(i));
	if (targets & self)
		cpu_init(cpu);
}

static void __attribute__((noinline))
send_other(struct percpu *cpu, uint64_t destination, uint32_t icr)
{
	uint64_t targets = destinations(cpu, destination, icr);
	unsigned i;

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

void __fast ipi_send(struct percpu *cpu, uint64_t destination, uint32_t icr)
{
	/* The usual case: an interrupt for one CPU. */
	if (likely(!(icr & (APIC_MODE_MASK | APIC_LOGICAL | APIC_SHORTHAND_MASK)) &&
		   destination < APIC_BROADCAST))
		apic_send_in_cell(cpu, destination, icr & 0xff);
	else
		send_other(cpu, destination, icr);
}
