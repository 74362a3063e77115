// SPDX-License-Identifier: GPL-2.0
/* The emulated 16550 and its interrupt, an edge on a pin. */
#include "model.h"
#include "test.h"
#include <hyp/console.h>

#define PIN 10
#define VECTOR 0x50
#define UART 0x3f8
#define DATA UART
#define IER (UART + 1)
#define IIR (UART + 2)
#define LSR (UART + 5)
#define RX 1u
#define TX 2u
#define NONE 1u

static uint32_t get(uint16_t port)
{
	uint32_t value = 0;

	CHECK(model_port(port, 1, false, &value));
	return value;
}

static void set(uint16_t port, uint32_t value)
{
	CHECK(model_port(port, 1, true, &value));
}

/* Number of interrupts since the last call. */
static unsigned raised(void)
{
	unsigned n = model_sent;

	for (unsigned i = 0; i < n; i++)
		CHECK_EQ(model_messages[i].icr & 0xff, VECTOR);
	model_forget();
	return n;
}

static struct cell *start(uint32_t irq)
{
	struct bh_cell_part *config;
	struct cell *cell;

	model_start();
	config = model_config(BIT(3));
	config->console_kind = BH_CONSOLE_16550;
	config->console_guest = UART;
	config->console_irq = irq;
	model_add_irqs(PIN, 1);
	cell = model_create();
	CHECK(cell);
	model_run_as(3);
	model_write(MODEL_IO_APIC, 4, 0x11 + 2 * PIN);
	model_write(MODEL_IO_APIC + 0x10, 4, MODEL_ID(3) << 24);
	model_write(MODEL_IO_APIC, 4, 0x10 + 2 * PIN);
	model_write(MODEL_IO_APIC + 0x10, 4, VECTOR);
	model_input = 0;
	model_forget();
	return cell;
}

TEST(uart_16550_input_is_an_interrupt)
{
	struct cell *cell = start(PIN);

	model_input = 2;
	ns16550.update(cell); /* not enabled */
	CHECK_EQ(raised(), 0);
	set(IER, RX);
	CHECK_EQ(raised(), 1);
	CHECK(get(IIR) == 4 && get(LSR) & 1);
	CHECK_EQ(get(DATA), 2);
	CHECK_EQ(get(IIR), 4); /* more is pending */
	CHECK_EQ(get(DATA), 1);
	CHECK(get(IIR) == NONE && !(get(LSR) & 1));
	ns16550.update(cell); /* it was read meanwhile */
	CHECK_EQ(raised(), 0);
	model_input = 1;
	ns16550.update(cell);
	CHECK_EQ(raised(), 1);
}

TEST(uart_16550_output_is_an_interrupt)
{
	start(PIN);
	set(DATA, 'a');
	CHECK_EQ(raised(), 0);
	set(IER, TX);
	CHECK_EQ(raised(), 1); /* the transmitter is always empty */
	set(DATA, 'b');
	CHECK_EQ(raised(), 0); /* signalled already, and not acknowledged */
	CHECK_EQ(get(IIR), 2);
	CHECK_EQ(get(IIR), NONE);
	set(DATA, 'c');
	CHECK_EQ(raised(), 1);
	set(IER, 0);
	CHECK_EQ(get(IIR), NONE);
	set(DATA, 'd');
	set(IER, RX);
	CHECK_EQ(raised(), 0);
	/* Linux tests the interrupt: enabling it twice must raise it twice. */
	for (int i = 0; i < 2; i++) {
		set(IER, TX);
		CHECK_EQ(get(IIR), 2);
		set(IER, 0);
	}
	/* Input has priority. */
	set(IER, RX | TX);
	model_input = 1;
	CHECK_EQ(get(IIR), 4);
	get(DATA);
	CHECK_EQ(get(IIR), 2);
}

TEST(uart_16550_without_interrupt_is_polled)
{
	struct cell *cell = start(0);

	set(IER, RX | TX);
	model_input = 1;
	ns16550.update(cell);
	set(DATA, 'a');
	CHECK_EQ(raised(), 0);
	CHECK_EQ(get(DATA), 1);
}
