/* SPDX-License-Identifier: GPL-2.0 */
/* Guests' access to I/O ports. */
#ifndef ARCH_PORTS_H
#define ARCH_PORTS_H

#include <hyp/cell.h>

/* Fills in the bitmaps that root and cells without ports use; once, at enable. */
void ports_init(void);

/* The bitmap for a cell's control structure: 1 means that an access exits. */
paddr_t port_bitmap(const struct cell *cell);

/* IN and OUT that exited. False: a violation. */
bool port_emulate(struct percpu *cpu, uint16_t port, unsigned size, bool write, uint32_t *value);

#endif
