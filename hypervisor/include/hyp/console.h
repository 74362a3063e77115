/* SPDX-License-Identifier: GPL-2.0 */
/* Console rings and the emulated UARTs on top of them. */
#ifndef HYP_CONSOLE_H
#define HYP_CONSOLE_H

#include <hyp/cell.h>

/* Before each start: reset the UART; the rings keep their content. */
void console_reset(struct cell *cell);

/* Append a byte to the out ring, or drop and count it if the ring is full. Raises root's doorbell
 * if root may be waiting. On a CPU of the cell, console lock held. */
void console_put(struct cell *cell, uint8_t byte);

/* Returns how many bytes wait in the in ring (0 .. BH_CONSOLE_IN). Root can write any value to the
 * ring's head, so it is read once and checked. */
uint32_t console_waiting(struct cell *cell);

/* Take the next byte of the in ring; -1: it is empty. */
int console_get(struct cell *cell);

/* An emulated UART: one file in uart/. */
struct uart {
	uint32_t ports;	     /* number of I/O ports; 0: registers in one page of memory */
	mmio_handler access; /* emulates a register or port access, on a CPU of the cell */
	void (*reset)(struct console *console);
	void (*update)(struct cell *cell); /* raise its interrupt if one is due; on any CPU */
};
extern const struct uart pl011, ns16550;

/* From the architecture: the UARTs its cells can have, by enum bh_console_kind; NULL: none. */
#define CONSOLE_KINDS (BH_CONSOLE_16550 + 1)
extern const struct uart *const arch_uarts[CONSOLE_KINDS];

/* Root has written input to the in ring: raise the UART's interrupt if one is due. On a CPU of
 * root. */
void console_input(struct cell *cell);

#endif
