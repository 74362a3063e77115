/* SPDX-License-Identifier: GPL-2.0 */
/* Reports of fatal errors on the machine's UART. */
#ifndef ARCH_UART_H
#define ARCH_UART_H

#include <hyp/types.h>

/* Map the PL011 at phys, during enable; 0: there is none. False: it can't be mapped. */
bool uart_init(paddr_t phys);

/* Write a line: text and n values in hexadecimal. Lines of several CPUs may mix. */
void uart_report(const char *text, const uint64_t *values, unsigned n);

#endif
