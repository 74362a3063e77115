/* SPDX-License-Identifier: GPL-2.0 */
/* The program's console: a UART, emulated in a cell. Without a UART, output is dropped. */
#ifndef INMATE_CONSOLE_H
#define INMATE_CONSOLE_H

#include <stdbool.h>

void console_init(void);

/* Sends one byte; waits while the UART is full. */
void console_putc(char c);

/* The next byte of input, or -1 if none has arrived. */
int console_getc(void);

/*
 * Calls handler (in interrupt context) with each byte of input. Returns false
 * if the console has no interrupt; poll console_getc() then.
 */
bool console_on_input(void (*handler)(char c));

#endif
