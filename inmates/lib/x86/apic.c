// SPDX-License-Identifier: GPL-2.0
/* Interrupts are vectors of the local APIC; the first 16 numbers are IPIs. */
#include "cpu.h"
#include "exception.h"
#include "info.h"
#include "insn.h"
#include "irq.h"
#include <stddef.h>

#define VECTORS 256
#define SPURIOUS 0xff
#define LINE_VECTOR 0x60u
#define LINES 0x80u
#define IO_APIC 0xfec00000ul
#define PIN_LOW 0x2000u
#define PIN_LEVEL 0x8000u
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

/* Unmasks a pin of the first I/O APIC (82093AA), for the calling CPU. Returns the interrupt's
 * number. */
static unsigned int open_pin(unsigned int line, uint32_t trigger)
{
	volatile uint32_t *io_apic = (volatile uint32_t *)IO_APIC;
	unsigned int vector = LINE_VECTOR + line % LINES;

	io_apic[0] = 0x11 + 2 * line;
	io_apic[4] = (uint32_t)info()->cpu_ids[cpu_index()] << 24;
	io_apic[0] = 0x10 + 2 * line;
	io_apic[4] = trigger | vector;
	return vector;
}

unsigned int irq_of_line(unsigned int line)
{
	return open_pin(line, 0);
}

unsigned int irq_of_pci_line(unsigned int line)
{
	return open_pin(line, PIN_LEVEL | PIN_LOW);
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

/* Sends the vector to this CPU as an IPI: no other way raises an arbitrary vector. */
void irq_set_pending(unsigned int irq)
{
	apic_write(APIC_ICR, ICR_SELF | ICR_ASSERT | vector_of(irq));
}

unsigned int irq_unexpected(void)
{
	return unexpected;
}
