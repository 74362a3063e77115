// SPDX-License-Identifier: GPL-2.0
/*
 * Emulated PL011 (PrimeCell UART, Arm DDI 0183G). Its FIFOs are the console rings: output is sent
 * at once, and input waits in root's ring. The interrupt is a pending bit in the interrupt
 * controller, not a level, so it is set again after each access that leaves the level high.
 */
#include <hyp/arch.h>
#include <hyp/console.h>
#include <hyp/lock.h>

/* Registers (3.2) */
#define UARTDR 0x000u
#define UARTFR 0x018u
#define UARTIBRD 0x024u
#define UARTIMSC 0x038u
#define UARTRIS 0x03cu
#define UARTMIS 0x040u
#define UARTICR 0x044u
#define UARTPERIPHID0 0xfe0u

/* UARTFR (3.3.3): clear to send, data set ready and carrier always; never busy */
#define FR_LINES 0x007u
#define FR_RXFE 0x010u
#define FR_TXFE 0x080u

/* Interrupts (3.3.10) */
#define INT_RX 0x010u
#define INT_TX 0x020u
#define INT_RT 0x040u
#define INT_ALL 0x7ffu

/* UARTPeriphID0..3 and UARTPCellID0..3 (3.3.15, 3.3.16): revision r1p4 */
static const uint8_t id_registers[] = { 0x11, 0x10, 0x14, 0x00, 0x0d, 0xf0, 0x05, 0xb1 };

/* UARTIBRD, UARTFBRD, UARTLCR_H, UARTCR, UARTIFLS (3.3.5 to 3.3.9): stored without effect. After
 * reset, transmit and receive are enabled, the UART is off, and both FIFO levels are one half. */
static const struct {
	uint16_t bits, reset;
} kept[] = { { 0xffff, 0 }, { 0x3f, 0 }, { 0xff, 0 }, { 0xffff, 0x300 }, { 0x3f, 0x12 } };
_Static_assert(ARRAY_SIZE(kept) == ARRAY_SIZE(((struct console *)0)->kept), "one each");

static void pl011_reset(struct console *c)
{
	c->imsc = c->ris = 0;
	for (unsigned i = 0; i < ARRAY_SIZE(kept); i++)
		c->kept[i] = kept[i].reset;
}

/* Returns the raw interrupt status: RX and RT depend on the ring, TX is stored. */
static uint32_t raw_status(struct cell *cell)
{
	return cell->console.ris | (console_waiting(cell) ? INT_RX | INT_RT : 0);
}

static void pl011_update(struct cell *cell)
{
	uint32_t mask = __atomic_load_n(&cell->console.imsc, __ATOMIC_RELAXED);

	if (cell->config->console_irq && (raw_status(cell) & mask))
		arch_raise_irq(cell->config->console_irq);
}

static uint32_t read_data(struct cell *cell)
{
	int byte = console_get(cell);

	pl011_update(cell);
	return byte < 0 ? 0 : (uint32_t)byte;
}

static void write_data(struct cell *cell, uint8_t byte)
{
	if (cell->rights & BH_RIGHT_CONSOLE)
		console_put(cell, byte);
	if (!(cell->console.ris & INT_TX)) {
		cell->console.ris |= INT_TX;
		pl011_update(cell);
	}
}

static void write_mask(struct cell *cell, uint32_t value)
{
	struct console *c = &cell->console;

	if (value & ~c->imsc & INT_TX) /* the transmit FIFO is always empty */
		c->ris |= INT_TX;
	__atomic_store_n(&c->imsc, value & INT_ALL, __ATOMIC_RELAXED);
	/* Root writes the ring's head, then console_input() reads the mask. This CPU writes the
	 * mask, then reads the head. With the fence at least one of the two sees both changes. */
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	pl011_update(cell);
}

static uint32_t pl011_read(struct cell *cell, uint64_t offset)
{
	struct console *c = &cell->console;
	uint64_t i = (offset - UARTIBRD) / 4;

	if (offset >= UARTPERIPHID0)
		return id_registers[(offset - UARTPERIPHID0) / 4];
	if (i < ARRAY_SIZE(kept))
		return c->kept[i];
	switch (offset) {
	case UARTDR:
		return read_data(cell);
	case UARTFR:
		return FR_LINES | FR_TXFE | (console_waiting(cell) ? 0 : FR_RXFE);
	case UARTIMSC:
		return c->imsc;
	case UARTRIS:
		return raw_status(cell);
	case UARTMIS:
		return raw_status(cell) & c->imsc;
	default:
		return 0;
	}
}

static void pl011_write(struct cell *cell, uint64_t offset, uint32_t value)
{
	struct console *c = &cell->console;
	uint64_t i = (offset - UARTIBRD) / 4;

	if (i < ARRAY_SIZE(kept))
		c->kept[i] = value & kept[i].bits;
	switch (offset) {
	case UARTDR:
		write_data(cell, (uint8_t)value);
		break;
	case UARTIMSC:
		write_mask(cell, value);
		break;
	case UARTICR:
		c->ris &= ~value;
		if (value) /* Linux writes 0 for each input, then reads it */
			pl011_update(cell);
		break;
	}
}

static bool pl011_access(struct cell *cell, struct mmio_access *access, void *context)
{
	uint64_t reg = ALIGN_DOWN(access->offset, 4ull);
	unsigned lane = 8 * (access->offset & 3);

	(void)context;
	if (access->size > 4 || access->offset & (access->size - 1u))
		return false;
	cpu_lock(&cell->console.lock);
	if (!access->write) {
		uint64_t value = pl011_read(cell, reg) >> lane;

		access->value = value & (BIT(8 * access->size) - 1);
	} else if (lane == 0) { /* writes of upper bytes alone are ignored */
		pl011_write(cell, reg, (uint32_t)access->value);
	}
	cpu_drop_lock();
	return true;
}

const struct uart pl011 = {
	.access = pl011_access,
	.reset = pl011_reset,
	.update = pl011_update,
};
