// SPDX-License-Identifier: GPL-2.0
/* Interrupts are vectors of the local APIC; the first 16 numbers are IPIs. */
#include "exception.h"
#include "info.h"
#include "insn.h"
#include "irq.h"
#include <stddef.h>

#define VECTORS 256
#define SPURIOUS 0xff
#define SVR_ENABLED 0x100
#define ICR_SELF 0x40000

static irq_handler_t handlers[VECTORS];
static unsigned int unexpected;

static unsigned int vector_of(unsigned int irq)
{
	return irq < IPI_LINES ? IPI_VECTOR + irq : irq;
}

void irq_init(void)
{
	apic_write(APIC_TPR, 0);
	apic_write(APIC_SVR, SVR_ENABLED | SPURIOUS);
}

void irq_enable(unsigned int irq, irq_handler_t handler)
{
	handlers[vector_of(irq) % VECTORS] = handler;
}

void irq_disable(unsigned int irq)
{
	handlers[vector_of(irq) % VECTORS] = NULL;
}

void irq_take(unsigned int vector)
{
	irq_handler_t handler = handlers[vector];

	if (vector == SPURIOUS)
		return;
	apic_write(APIC_EOI, 0);
	if (handler)
		handler(vector >= IPI_VECTOR && vector < IPI_VECTOR + IPI_LINES
				? vector - IPI_VECTOR
				: vector);
	else
		unexpected++;
}

void apic_send(uint32_t id, uint32_t icr)
{
	if (apic_x2) {
		wrmsr(APIC_MSR(APIC_ICR), (uint64_t)id << 32 | icr);
		return;
	}
	apic_write(APIC_ICR_HIGH, id << 24);
	apic_write(APIC_ICR, icr);
}

void ipi_send(unsigned int cpu, unsigned int ipi)
{
	apic_send((uint32_t)info()->cpu_ids[cpu], ICR_ASSERT | (IPI_VECTOR + ipi));
}

/* To itself: nothing else of ours can raise any vector. */
void irq_set_pending(unsigned int irq)
{
	apic_write(APIC_ICR, ICR_SELF | ICR_ASSERT | vector_of(irq));
}

unsigned int irq_unexpected(void)
{
	return unexpected;
}
