/* SPDX-License-Identifier: GPL-2.0 */
/* Fatal errors on the machine's UART. */
#ifndef ARCH_UART_H
#define ARCH_UART_H

#include <hyp/types.h>

/* At enable. phys: a PL011, or 0: none. False: no possible address. */
bool uart_init(paddr_t phys);

/* One line: text and n values in hexadecimal. Any CPU; lines of two may mix. */
void uart_report(const char *text, const uint64_t *values, unsigned n);

#endif
