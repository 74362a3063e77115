// SPDX-License-Identifier: GPL-2.0
/*
 * Emulated 16550 UART (National Semiconductor PC16550D). Output is sent at once, so the transmitter
 * is always empty; the baud rate has no effect. The interrupt is an edge, raised when the line
 * would go high.
 */
#include <hyp/arch.h>
#include <hyp/console.h>
#include <hyp/lock.h>
#include <hyp/string.h>

enum {
	DATA = 0, /* with LCR.DLAB: divisor, low */
	IER = 1,  /* with LCR.DLAB: divisor, high */
	IIR = 2,  /* written: FCR */
	LCR = 3,
	MCR = 4,
	LSR = 5,
	MSR = 6,
	SCR = 7,
};

#define IER_RX 0x01u
#define IER_TX 0x02u
#define LCR_DLAB 0x80u
#define FCR_ENABLE 0x01u
#define IIR_NONE 0x01u
#define IIR_TX 0x02u
#define IIR_RX 0x04u
#define IIR_FIFOS 0xc0u
#define LSR_DATA 0x01u
#define LSR_EMPTY 0x60u
#define MSR_LINES 0xb0u /* carrier, data set ready, clear to send */
#define MCR_LOOP 0x10u

static void ns16550_reset(struct console *console)
{
	memset(&console->ns16550, 0, sizeof(console->ns16550));
}

static void raise(const struct cell *cell)
{
	if (cell->config->console_irq)
		arch_raise_irq(cell->config->console_irq);
}

static void ns16550_update(struct cell *cell)
{
	uint32_t ier = __atomic_load_n(&cell->console.ns16550.reg[IER], __ATOMIC_RELAXED);

	if (ier & IER_RX && console_waiting(cell))
		raise(cell);
}

/* The transmitter is empty: its interrupt stays pending until IIR reports it (8.6.4). */
static void sent(struct cell *cell)
{
	struct console *c = &cell->console;

	if (c->ns16550.reg[IER] & IER_TX && !c->ns16550.tx) {
		c->ns16550.tx = 1;
		raise(cell);
	}
}

static void write_ier(struct cell *cell, uint8_t value)
{
	struct console *c = &cell->console;
	uint8_t old = c->ns16550.reg[IER];

	__atomic_store_n(&c->ns16550.reg[IER], value & 0x0f, __ATOMIC_RELAXED);
	/* Root writes the ring's head, then console_input() reads IER. This CPU writes IER, then
	 * reads the head. With the fence at least one of the two sees both changes. */
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	if (value & ~old & IER_RX)
		ns16550_update(cell);
	if (!(value & IER_TX))
		c->ns16550.tx = 0;
	else if (!(old & IER_TX))
		sent(cell);
}

static uint8_t read_iir(struct cell *cell)
{
	struct console *c = &cell->console;
	uint8_t fifos = c->ns16550.reg[IIR] & FCR_ENABLE ? IIR_FIFOS : 0;

	if (c->ns16550.reg[IER] & IER_RX && console_waiting(cell))
		return fifos | IIR_RX;
	if (!c->ns16550.tx)
		return fifos | IIR_NONE;
	c->ns16550.tx = 0;
	return fifos | IIR_TX;
}

static uint8_t read_data(struct cell *cell)
{
	int byte = console_get(cell);

	return byte < 0 ? 0 : (uint8_t)byte;
}

/* In loop-back mode the outputs are the inputs: drivers detect the device by it (8.6.5). */
static uint8_t modem_status(uint8_t mcr)
{
	if (!(mcr & MCR_LOOP))
		return MSR_LINES;
	return (uint8_t)((mcr & 2) << 3 | (mcr & 1) << 5 | (mcr & 0xc) << 4);
}

/* The divisor byte at this register while LCR.DLAB is set; else NULL. */
static uint8_t *divisor(struct console *c, uint64_t reg)
{
	return c->ns16550.reg[LCR] & LCR_DLAB && reg <= IER ? &c->ns16550.divisor[reg] : NULL;
}

static uint8_t ns16550_read(struct cell *cell, uint64_t reg)
{
	struct console *c = &cell->console;

	if (divisor(c, reg))
		return *divisor(c, reg);
	switch (reg) {
	case DATA:
		return read_data(cell);
	case IIR:
		return read_iir(cell);
	case LSR:
		return LSR_EMPTY | (console_waiting(cell) ? LSR_DATA : 0);
	case MSR:
		return modem_status(c->ns16550.reg[MCR]);
	default:
		return c->ns16550.reg[reg];
	}
}

static void write_data(struct cell *cell, uint8_t value)
{
	if (cell->rights & BH_RIGHT_CONSOLE && !(cell->console.ns16550.reg[MCR] & MCR_LOOP))
		console_put(cell, value);
	sent(cell);
}

static void ns16550_write(struct cell *cell, uint64_t reg, uint8_t value)
{
	struct console *c = &cell->console;

	if (divisor(c, reg))
		*divisor(c, reg) = value;
	else if (reg == DATA)
		write_data(cell, value);
	else if (reg == IER)
		write_ier(cell, value);
	else
		c->ns16550.reg[reg] = reg == MCR ? value & 0x1f : value;
}

/* A wider access is split into bytes of consecutive registers. */
static bool ns16550_access(struct cell *cell, struct mmio_access *access, void *context)
{
	uint64_t value = 0;

	(void)context;
	if (access->size > BH_16550_PORTS - access->offset)
		return false;
	cpu_lock(&cell->console.lock);
	for (unsigned i = 0; i < access->size; i++) {
		if (access->write)
			ns16550_write(cell, access->offset + i, (uint8_t)(access->value >> 8 * i));
		else
			value |= (uint64_t)ns16550_read(cell, access->offset + i) << 8 * i;
	}
	if (!access->write)
		access->value = value;
	cpu_drop_lock();
	return true;
}

const struct uart ns16550 = {
	.ports = BH_16550_PORTS,
	.access = ns16550_access,
	.reset = ns16550_reset,
	.update = ns16550_update,
};
