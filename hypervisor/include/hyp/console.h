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

/* Emulated PL011 (Arm DDI 0183): MMIO handler for one page. */
bool pl011_mmio(struct cell *cell, struct mmio_access *access, void *context);

/* Emulated 16550: an access to one of its BH_16550_PORTS registers, by a CPU of the cell. */
bool ns16550_access(struct cell *cell, struct mmio_access *access);
void ns16550_reset(struct console *console);
void pl011_reset(struct console *console);

/* Raise the PL011's interrupt if there is a reason. Any CPU. */
void pl011_update(struct cell *cell);

/* Root says that there is input: update the UART's interrupt. On a root CPU. */
void console_input(struct cell *cell);

#endif
