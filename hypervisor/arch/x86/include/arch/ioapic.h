/* SPDX-License-Identifier: GPL-2.0 */
/* The I/O APICs: see ioapic.c. */
#ifndef ARCH_IOAPIC_H
#define ARCH_IOAPIC_H

/* Enable, once: the registers as Linux left them are those that it sees. */
void ioapic_take(void);

/* Disable, once: the registers are what Linux wrote. */
void ioapic_give_back(void);

#endif
