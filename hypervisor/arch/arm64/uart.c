// SPDX-License-Identifier: GPL-2.0
/* The machine's PL011, for fatal errors only, when the log may not be readable any more. Waiting is
 * bounded: characters get lost if the UART doesn't drain. */
#include <arch/mmu.h>
#include <arch/sysreg.h>
#include <arch/uart.h>

#define UART_DR 0x00
#define UART_FR 0x18
#define FR_TXFF BIT(5)
#define DRAIN_TRIES 100000u

static char *uart;

bool uart_init(paddr_t phys)
{
	uart = phys ? mmu_map_device(phys, PAGE_SIZE) : NULL;
	return uart || !phys;
}

static void put(char c)
{
	for (unsigned i = 0; i < DRAIN_TRIES && read32(uart + UART_FR) & FR_TXFF; i++)
		;
	write32(uart + UART_DR, (uint8_t)c);
}

void uart_report(const char *text, const uint64_t *values, unsigned n)
{
	if (!uart)
		return;
	while (*text)
		put(*text++);
	for (unsigned i = 0; i < n; i++) {
		put(' ');
		for (int shift = 60; shift >= 0; shift -= 4)
			put("0123456789abcdef"[values[i] >> shift & 0xf]);
	}
	put('\r');
	put('\n');
}
