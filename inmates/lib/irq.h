/* SPDX-License-Identifier: GPL-2.0 */
/* Interrupts, by the numbers of the machine's interrupt controller. */
#ifndef INMATE_IRQ_H
#define INMATE_IRQ_H

#include <stdbool.h>

#define IRQ_LINES 1020
#define IPI_LINES 16 /* interrupts between CPUs are numbers 0..15 */

typedef void (*irq_handler_t)(unsigned int irq);

/* Sets up the calling CPU's interface; the first caller also the controller. */
void irq_init(void);

/* Enables an interrupt for the calling CPU. Private ones: on this CPU only;
   the handler belongs to all of them. */
void irq_enable(unsigned int irq, irq_handler_t handler);
void irq_disable(unsigned int irq);

/* The number of an interrupt that the info page names, which comes to the calling CPU. */
unsigned int irq_of_line(unsigned int line);

/* Lower is more urgent, 0..255. irq_enable() sets 0xa0. */
void irq_set_priority(unsigned int irq, unsigned int priority);

/* Pends an interrupt in software. */
void irq_set_pending(unsigned int irq);
bool irq_is_pending(unsigned int irq);

/* Sends an interrupt to a CPU of the cell (itself included). */
void ipi_send(unsigned int cpu, unsigned int ipi);

/* Interrupts taken that nobody had enabled. */
unsigned int irq_unexpected(void);

#endif
