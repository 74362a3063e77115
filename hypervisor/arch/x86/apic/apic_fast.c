// SPDX-License-Identifier: GPL-2.0
/*
 * What guests do with their local APIC all the time, in a file that is compiled for
 * speed: stores to its registers, messages to one CPU. The rest is in apic_guest.c
 * and ipi.c.
 */
#include <arch/apic.h>
#include <arch/apic_hw.h>
#include <arch/asm.h>
#include <hyp/arch.h>

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

void __cold apic_send(const struct percpu *target, uint32_t icr)
{
	send_from(this_cpu(), target, icr);
}

static inline bool may_get(const struct percpu *target, uint32_t vector)
{
	return vector >= VECTOR_MIN && target->public.state == CPU_RUNNING;
}

void __cold apic_send_vector(const struct percpu *target, uint32_t vector)
{
	if (may_get(target, vector))
		apic_send(target, vector);
}

void ipi_send(struct percpu *cpu, uint64_t destination, uint32_t icr)
{
	unsigned i;

	/* The usual one: an interrupt for one CPU. */
	if (unlikely(icr & (APIC_MODE_MASK | APIC_LOGICAL | APIC_SHORTHAND_MASK) ||
		     destination >= APIC_BROADCAST)) {
		ipi_send_other(cpu, destination, icr);
		return;
	}
	i = apic_index_of[destination];
	if (i && cpu->public.cell->cpus & BIT(i - 1) && may_get(percpu_of(i - 1), icr & 0xff))
		send_from(cpu, percpu_of(i - 1), icr & 0xff);
}

void apic_store(struct percpu *cpu, uint64_t offset, uint32_t value)
{
	if (likely(offset == APIC_ICR)) {
		cpu->arch.icr = value;
		ipi_send(cpu, cpu->arch.icr_high >> 24, value);
	} else if (offset == APIC_ICR_HIGH) {
		cpu->arch.icr_high = value;
	} else if (offset == APIC_EOI) { /* a value other than 0 is an error */
		apic_hw_write(APIC_EOI, 0);
	} else if (offset == APIC_TIMER_COUNT) {
		apic_hw_write(APIC_TIMER_COUNT, value);
	} else {
		apic_store_other(cpu, offset, value);
	}
}
