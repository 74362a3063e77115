/* SPDX-License-Identifier: GPL-2.0 */
/* Interrupts, numbered as by the machine's interrupt controller. */
#ifndef INMATE_IRQ_H
#define INMATE_IRQ_H

#include <stdbool.h>

#define IRQ_LINES 1020
#define IPI_LINES 16 /* interrupts between CPUs are numbers 0..15 */

typedef void (*irq_handler_t)(unsigned int irq);

/* Initializes the calling CPU's interface; the first call also the controller. */
void irq_init(void);

/* Enables an interrupt for the calling CPU. A private interrupt is enabled on
   this CPU only, but its handler is shared by all CPUs. */
void irq_enable(unsigned int irq, irq_handler_t handler);
void irq_disable(unsigned int irq);

/* Routes an interrupt of the info page to the calling CPU; returns its number for irq_enable(). */
unsigned int irq_of_line(unsigned int line);

/* 0..255; a lower value is more urgent. irq_enable() sets 0xa0. */
void irq_set_priority(unsigned int irq, unsigned int priority);

/* Sets an interrupt pending by software. */
void irq_set_pending(unsigned int irq);
bool irq_is_pending(unsigned int irq);

/* Sends an interrupt to a CPU of the cell, possibly the caller. */
void ipi_send(unsigned int cpu, unsigned int ipi);

/* The number of interrupts taken that the program had not enabled. */
unsigned int irq_unexpected(void);

#endif
