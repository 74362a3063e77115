/* SPDX-License-Identifier: GPL-2.0 */
/* Console rings and the emulated UARTs on top of them. */
#ifndef HYP_CONSOLE_H
#define HYP_CONSOLE_H

#include <hyp/cell.h>

/* Before each start: the UART as after power-on; the rings stay. */
void console_reset(struct cell *cell);

/* Put a byte into the out ring; drop and count it if the ring is full. Raises root's doorbell
 * when root may be waiting. CPU of the cell, console lock held. */
void console_put(struct cell *cell, uint8_t byte);

/* Bytes waiting in the in ring (0 .. BH_CONSOLE_IN): root's head is read once and checked. */
uint32_t console_waiting(struct cell *cell);

/* The next byte of the in ring, or -1. */
int console_get(struct cell *cell);

/* An emulated UART: one file in uart/. */
struct uart {
	uint32_t ports;	     /* how many I/O ports; 0: registers in a page of memory */
	mmio_handler access; /* to registers or ports, by a CPU of the cell */
	void (*reset)(struct console *console);
	void (*update)(struct cell *cell); /* raise its interrupt, if there is reason; on any CPU */
};
extern const struct uart pl011, ns16550;

/* From the architecture: those that its cells can have, by enum bh_console_kind; others are NULL. */
#define CONSOLE_KINDS (BH_CONSOLE_16550 + 1)
extern const struct uart *const arch_uarts[CONSOLE_KINDS];

/* Root says that there is input: update the UART's interrupt. On a root CPU. */
void console_input(struct cell *cell);

#endif
