/* SPDX-License-Identifier: GPL-2.0 */
/* Messages on the Secure UART, QEMU's second serial line. */
#ifndef FIRMWARE_CONSOLE_H
#define FIRMWARE_CONSOLE_H

#include <stdint.h>

/** Switches the UART on. The primary CPU calls it once. */
void console_start(void);

/**
 * Prints "firmware: ", a text, and pairs of a name and a hexadecimal number, as one line.
 * Any CPU may call it. Lines of several CPUs do not mix.
 * @text: may be followed by count pairs of (const char *name, uint64_t value)
 */
void say(const char *text, int count, ...);

/** Prints such a line about a fault, and stops this CPU for ever. */
#define give_up(...)                         \
	do {                                 \
		say(__VA_ARGS__);            \
		for (;;)                     \
			asm volatile("wfi"); \
	} while (0)

#endif
