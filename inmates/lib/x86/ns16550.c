// SPDX-License-Identifier: GPL-2.0
/* UART 16550 (PC16550D) at I/O ports, polled. */
#include "console.h"
#include "info.h"
#include "insn.h"

#define DATA 0
#define FCR 2
#define LCR 3
#define LSR 5
#define FCR_FIFOS 0x07
#define LCR_8BIT 0x03
#define LSR_DATA 0x01
#define LSR_EMPTY 0x20

static uint16_t uart;

void console_init(void)
{
	uart = info()->console_kind == BH_CONSOLE_16550 ? (uint16_t)info()->console_guest : 0;
	if (!uart)
		return;
	outb(uart + LCR, LCR_8BIT);
	outb(uart + FCR, FCR_FIFOS);
}

void console_putc(char c)
{
	if (!uart)
		return;
	while (!(inb(uart + LSR) & LSR_EMPTY))
		;
	outb(uart + DATA, (uint8_t)c);
}

int console_getc(void)
{
	return uart && inb(uart + LSR) & LSR_DATA ? inb(uart + DATA) : -1;
}

bool console_on_input(void (*handler)(char c))
{
	(void)handler;
	return false;
}
