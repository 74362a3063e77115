// SPDX-License-Identifier: GPL-2.0
/* Messages on the Secure UART, a PL011 (Arm DDI 0183). */
#include <stdarg.h>

#include "console.h"
#include "machine.h"
#include "sysreg.h"

#define UARTDR 0x00
#define UARTCR 0x30
#define UARTCR_ON 0x301 /* RXE, TXE, UARTEN */

static char locked;

static void put(char c)
{
	write32(SECURE_UART_BASE + UARTDR, c);
}

static void put_text(const char *text)
{
	while (*text)
		put(*text++);
}

static void put_number(uint64_t value)
{
	int shift = 60;

	while (shift && !(value >> shift))
		shift -= 4;
	put_text("0x");
	for (; shift >= 0; shift -= 4)
		put("0123456789abcdef"[value >> shift & 15]);
}

void console_start(void)
{
	write32(SECURE_UART_BASE + UARTCR, UARTCR_ON);
}

void say(const char *text, int count, ...)
{
	va_list pairs;

	while (__atomic_test_and_set(&locked, __ATOMIC_ACQUIRE))
		asm volatile("yield");
	put_text("firmware: ");
	put_text(text);
	va_start(pairs, count);
	while (count--) {
		put(' ');
		put_text(va_arg(pairs, const char *));
		put(' ');
		put_number(va_arg(pairs, uint64_t));
	}
	va_end(pairs);
	put('\n');
	__atomic_clear(&locked, __ATOMIC_RELEASE);
}
