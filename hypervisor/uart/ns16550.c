// SPDX-License-Identifier: GPL-2.0
/*
 * Emulated 16550 UART (National Semiconductor PC16550D). Output is gone at once,
 * so the transmitter is always empty; the baud rate is whatever is asked for. The
 * interrupt is an edge: raised where the line would go high.
 */
#include <hyp/arch.h>
#include <hyp/console.h>
#include <hyp/lock.h>

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
	console->ns16550.ier = console->ns16550.fcr = console->ns16550.lcr = 0;
	console->ns16550.mcr = console->ns16550.scr = 0;
	console->ns16550.dll = console->ns16550.dlm = console->ns16550.tx = 0;
}

static void raise(const struct cell *cell)
{
	if (cell->config->console_irq)
		arch_raise_irq(cell->config->console_irq);
}

static void ns16550_update(struct cell *cell)
{
	uint32_t ier = __atomic_load_n(&cell->console.ns16550.ier, __ATOMIC_RELAXED);

	if (ier & IER_RX && console_waiting(cell))
		raise(cell);
}

/* The transmitter has become empty: an interrupt, until IIR has said so (8.6.4). */
static void sent(struct cell *cell)
{
	struct console *c = &cell->console;

	if (c->ns16550.ier & IER_TX && !c->ns16550.tx) {
		c->ns16550.tx = 1;
		raise(cell);
	}
}

static void write_ier(struct cell *cell, uint8_t value)
{
	struct console *c = &cell->console;
	uint8_t old = c->ns16550.ier;

	__atomic_store_n(&c->ns16550.ier, value & 0x0f, __ATOMIC_RELAXED);
	/* console_input() writes the ring's head and reads IER: one of us sees both. */
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
	uint8_t fifos = c->ns16550.fcr & FCR_ENABLE ? IIR_FIFOS : 0;

	if (c->ns16550.ier & IER_RX && console_waiting(cell))
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

/* In loop-back the outputs are the inputs: how drivers find the device (8.6.5). */
static uint8_t modem_status(uint8_t mcr)
{
	if (!(mcr & MCR_LOOP))
		return MSR_LINES;
	return (uint8_t)((mcr & 2) << 3 | (mcr & 1) << 5 | (mcr & 0xc) << 4);
}

static uint8_t ns16550_read(struct cell *cell, uint64_t reg)
{
	struct console *c = &cell->console;
	bool divisor = c->ns16550.lcr & LCR_DLAB;

	switch (reg) {
	case DATA:
		return divisor ? c->ns16550.dll : read_data(cell);
	case IER:
		return divisor ? c->ns16550.dlm : c->ns16550.ier;
	case IIR:
		return read_iir(cell);
	case LCR:
		return c->ns16550.lcr;
	case MCR:
		return c->ns16550.mcr;
	case LSR:
		return LSR_EMPTY | (console_waiting(cell) ? LSR_DATA : 0);
	case MSR:
		return modem_status(c->ns16550.mcr);
	default:
		return c->ns16550.scr;
	}
}

static void write_data(struct cell *cell, uint8_t value)
{
	if (cell->rights & BH_RIGHT_CONSOLE && !(cell->console.ns16550.mcr & MCR_LOOP))
		console_put(cell, value);
	sent(cell);
}

static void ns16550_write(struct cell *cell, uint64_t reg, uint8_t value)
{
	struct console *c = &cell->console;
	bool divisor = c->ns16550.lcr & LCR_DLAB;

	switch (reg) {
	case DATA:
		if (divisor)
			c->ns16550.dll = value;
		else
			write_data(cell, value);
		break;
	case IER:
		if (divisor)
			c->ns16550.dlm = value;
		else
			write_ier(cell, value);
		break;
	case IIR:
		c->ns16550.fcr = value;
		break;
	case LCR:
		c->ns16550.lcr = value;
		break;
	case MCR:
		c->ns16550.mcr = value & 0x1f;
		break;
	case SCR:
		c->ns16550.scr = value;
		break;
	}
}

/* Each byte of a wider access is one of the register behind it. */
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
	cpu_drop_lock(this_cpu());
	return true;
}

const struct uart ns16550 = {
	.ports = BH_16550_PORTS,
	.access = ns16550_access,
	.reset = ns16550_reset,
	.update = ns16550_update,
};
