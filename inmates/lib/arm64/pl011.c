// SPDX-License-Identifier: GPL-2.0
/* Arm PrimeCell UART PL011 (Arm DDI 0183): output polled, input by interrupt. */
#include "console.h"
#include "info.h"
#include "irq.h"
#include "mmio.h"

#define DR 0x00
#define FR 0x18
#define FR_RXFE (1 << 4)
#define FR_TXFF (1 << 5)
#define LCRH 0x2c
#define LCRH_FIFO_8BIT (1 << 4 | 3 << 5)
#define CR 0x30
#define CR_ENABLE (1 << 0 | 1 << 8 | 1 << 9) /* UARTEN, TXE, RXE */
#define IMSC 0x38
#define ICR 0x44
#define INT_RX (1 << 4)
#define INT_RX_TIMEOUT (1 << 6)

static uint64_t uart;
static void (*on_input)(char c);

void console_init(void)
{
	uart = info()->console_kind == BH_CONSOLE_PL011 ? info()->console_guest : 0;
	if (!uart)
		return;
	mmio_write32(uart + LCRH, LCRH_FIFO_8BIT);
	mmio_write32(uart + CR, CR_ENABLE);
}

void console_putc(char c)
{
	if (!uart)
		return;
	while (mmio_read32(uart + FR) & FR_TXFF)
		;
	mmio_write32(uart + DR, (unsigned char)c);
}

int console_getc(void)
{
	if (!uart || mmio_read32(uart + FR) & FR_RXFE)
		return -1;
	return mmio_read32(uart + DR) & 0xff;
}

static void take_input(unsigned int irq)
{
	int c;

	(void)irq;
	mmio_write32(uart + ICR, INT_RX | INT_RX_TIMEOUT);
	while ((c = console_getc()) >= 0)
		on_input(c);
}

bool console_on_input(void (*handler)(char c))
{
	if (!uart || !info()->console_irq)
		return false;
	on_input = handler;
	irq_enable(info()->console_irq, take_input);
	mmio_write32(uart + IMSC, INT_RX | INT_RX_TIMEOUT);
	return true;
}
