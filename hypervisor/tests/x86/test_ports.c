// SPDX-License-Identifier: GPL-2.0
/* I/O ports: their owners, and emulation of accesses that exit. */
#include "model.h"
#include "test.h"
#include <arch/ports.h>
#include <arch/power.h>
#include <hyp/pool.h>

static bool is_free(const struct cell *cell, uint32_t port)
{
	const uint8_t *map = phys_to_ptr(port_bitmap(cell));

	return !(map[port / 8] & 1u << port % 8);
}

static struct cell *cell_with_ports(uint32_t first, uint32_t count)
{
	model_config(BIT(3));
	model_add_ports(first, count);
	return model_create();
}

TEST(ports_are_their_owners)
{
	struct cell *cell;

	model_start();
	cell = cell_with_ports(0x2f8, 8);
	for (uint32_t port = 0; port < 0x10000; port++) {
		bool own = port >= 0x2f8 && port < 0x300;
		bool pci = port >= 0xcf8 && port < 0xd00;

		CHECK_EQ(is_free(cell, port), own);
		CHECK_EQ(is_free(cells[0], port), !own && !pci && !power_is_port((uint16_t)port));
	}
	/* A wide access to the last port wraps, and is checked by the bit behind the last
	 * port's. */
	CHECK(!is_free(cell, 0x10000));
	model_destroy(cell);
	CHECK(is_free(cells[0], 0x2f8));
}

TEST(ports_of_a_cell_are_absent_for_root)
{
	uint32_t value = 0;

	model_start();
	CHECK(cell_with_ports(0x2f8, 8));
	CHECK(model_port(0x2f8, 1, false, &value) && (uint8_t)value == 0xff);
	CHECK(model_port(0x2f8, 1, true, &value) && model_outs == 0);
	CHECK(model_port(0x2f6, 4, true, &value) && model_outs == 0); /* overlaps them */
}

/* PCI's address register, the timer and the clock are emulated. */
static bool is_known(uint32_t port)
{
	return port == 0xcf8 || (port >= 0x40 && port < 0x44) || port == 0x70 || port == 0x71;
}

/* Checks all ports that the cell lacks. may_look: violations don't stop the cell, and the ports
 * read as absent. */
static void check_absent_ports(bool may_look)
{
	unsigned known = 0;

	model_start();
	model_config(BIT(3))->flags = may_look ? BH_CELL_ON_VIOLATION_ABORT : 0;
	CHECK(model_create());
	model_run_as(3);
	for (uint32_t port = 0; port < 0x10000; port++) {
		for (unsigned size = 1; size <= 4; size *= 2) {
			uint32_t value = 0;

			if (model_port((uint16_t)port, size, false, &value)) {
				CHECK(is_known(port) || !(~value << (32 - 8 * size)));
				known += size == 1;
			}
			value = 0;
			CHECK(model_port((uint16_t)port, size, true, &value) ==
			      model_port((uint16_t)port, size, false, &value));
		}
	}
	CHECK_EQ(known, may_look ? 0x10000 : 10); /* of PCI and of the clock */
	CHECK_EQ(model_outs, 0);		  /* no access reached the hardware */
	CHECK_EQ(model_last_port, 0);
}

TEST(ports_that_a_cell_has_not)
{
	check_absent_ports(false);
	check_absent_ports(true);
}

static uint32_t get(uint16_t port)
{
	uint32_t value = 0xdead;

	CHECK(model_port(port, 1, false, &value));
	return value;
}

static void set(uint16_t port, uint32_t value)
{
	CHECK(model_port(port, 1, true, &value));
}

TEST(ports_of_the_clock_keep_what_is_written)
{
	uint32_t wide = 0;

	model_start();
	model_config(BIT(3));
	CHECK(model_create());
	model_run_as(3);
	for (uint32_t i = 0; i < 256; i++) {
		set(0x70, i);
		set(0x71, 255 - i);
	}
	for (uint32_t i = 0; i < 256; i++) {
		set(0x70, i);
		CHECK_EQ(get(0x70), i);
		CHECK_EQ(get(0x71), 255 - (i | 0xf0)); /* the clock has sixteen registers */
	}
	CHECK(!model_port(0x70, 2, false, &wide));
}

TEST(ports_refused)
{
	static const struct {
		uint32_t first, count, code, owner, value;
	} wrong[] = {
		{ 0xcf0, 16, BH_E_OWNED, BH_OWNER_HYPERVISOR, 0xcf8 },
		{ 0x60, 1, BH_E_OWNED, BH_OWNER_HYPERVISOR, 0x60 },
		{ 0x64, 1, BH_E_OWNED, BH_OWNER_HYPERVISOR, 0x64 },
		{ 0x92, 1, BH_E_OWNED, BH_OWNER_HYPERVISOR, 0x92 },
		{ 0x600, 8, BH_E_OWNED, BH_OWNER_HYPERVISOR, 0x605 }, /* ACPI's sleep register */
		{ 0x300, 0x20, BH_E_OWNED, 1, 0x310 },
	};

	model_start();
	model_config(BIT(2));
	model_add_ports(0x310, 1);
	CHECK(model_create());
	for (unsigned i = 0; i < ARRAY_SIZE(wrong); i++) {
		CHECK(!cell_with_ports(wrong[i].first, wrong[i].count));
		CHECK_EQ(model_refusal.code, wrong[i].code);
		CHECK_EQ(model_refusal.field, BH_F_PORT);
		CHECK_EQ(model_refusal.owner, wrong[i].owner);
		CHECK_EQ(model_refusal.value, wrong[i].value);
	}
	model_config(BIT(3))->console_kind = BH_CONSOLE_16550;
	model_add_ports(0, 4);
	CHECK(!model_create());
	CHECK_EQ(model_refusal.code, BH_E_OVERLAP);
}

static void write_reset(void *argument)
{
	uint32_t value = 6;

	(void)argument;
	model_run_as(3);
	model_port(0xcf9, 1, true, &value);
}

static void write_sleep(void *argument)
{
	uint32_t value = 0x20;

	(void)argument;
	model_run_as(3);
	model_port(0xcf9, 1, true, &value);
}

/* The model's cell_reset_self() and cell_stop_self() fail the test: the test expects these
 * failures. */
TEST(ports_that_reset_a_cell)
{
	model_start();
	model_config(BIT(3));
	CHECK(model_create());
	CHECK_FAILS(write_reset, NULL, "reset");
	CHECK_FAILS(write_sleep, NULL, "off");
	CHECK_EQ(model_outs, 0);
}

TEST(ports_that_reset)
{
	uint32_t value = 0;

	model_start();
	/* Root may reset the machine while no cell runs. */
	value = 0x06;
	CHECK(model_port(0xcf9, 1, true, &value) && model_last_port == 0xcf9);
	value = 0x20;
	CHECK(model_port(0x605, 1, true, &value) && model_last_port == 0x605);
}

static void reset_by(void *argument)
{
	const uint16_t *how = argument;
	uint32_t value = how[2];

	model_port(how[0], how[1], true, &value);
}

/* The model's cpu_park() fails the test, as expected: a protected reset parks the CPU. */
TEST(ports_that_reset_are_kept_while_cells_run)
{
	static uint16_t ways[][3] = {
		{ 0xcf9, 1, 0x06 },
		{ 0x64, 1, 0xfe },
		{ 0x92, 1, 0x01 },
		{ 0x604, 2, 0x3400 },
	};

	model_start();
	model_config(BIT(3));
	CHECK(model_create());
	for (unsigned i = 0; i < ARRAY_SIZE(ways); i++)
		CHECK_FAILS(reset_by, ways[i], "parked");
	ways[3][2] = 0x1400; /* a sleep type without SLP_EN */
	reset_by(ways[3]);
	CHECK_EQ(model_last_port, 0x604);
}

/* Root's byte, as it reaches the hardware. */
static uint32_t sent(uint16_t port, uint32_t value)
{
	set(port, value);
	CHECK_EQ(model_last_port, port);
	return model_last_value;
}

/* The keyboard controller and port 0x92 can't switch A20 off, whether cells run or not; all else
 * passes. */
TEST(ports_that_switch_a20)
{
	uint32_t wide = 0x12345600;

	model_start();
	for (uint16_t port = 0x60; port <= 0x64; port += 4)
		CHECK(!is_free(cells[0], port));
	CHECK(!is_free(cells[0], 0x92));
	CHECK_EQ(sent(0x92, 0x00), 0x02);
	CHECK_EQ(sent(0x92, 0x0e), 0x0e);
	CHECK_EQ(sent(0x64, 0xdd), 0xdf);
	CHECK_EQ(sent(0x64, 0xfd), 0xff); /* a pulse */
	CHECK_EQ(sent(0x64, 0xae), 0xae);
	CHECK_EQ(sent(0x60, 0xed), 0xed);
	CHECK_EQ(sent(0x64, 0xd1), 0xd1);
	CHECK_EQ(sent(0x60, 0xdd), 0xdf); /* the output port */
	CHECK_EQ(sent(0x60, 0xdd), 0xdd); /* the keyboard */
	CHECK_EQ(sent(0x64, 0xd1), 0xd1);
	CHECK_EQ(sent(0x64, 0xd2), 0xd2); /* another command instead */
	CHECK_EQ(sent(0x60, 0xdd), 0xdd);
	/* Wide writes: each byte goes to its own port. */
	CHECK(model_port(0x91, 4, true, &wide));
	CHECK_EQ(model_last_value, 0x12345600 | 0x0200);
	CHECK(get(0x60) == 0xa5 && model_last_port == 0x60);
}

/* A byte that the controller had no time to take isn't the one that it waits for. */
TEST(ports_of_a_busy_keyboard_controller)
{
	model_start();
	set(0x64, 0xd1);
	model_status = 2;
	CHECK_EQ(sent(0x60, 0x01), 0x03);
	model_status = 0;
	CHECK_EQ(sent(0x60, 0x01), 0x03);
	CHECK_EQ(sent(0x60, 0x01), 0x01);
}

TEST(ports_that_reset_by_the_output_port)
{
	static uint16_t way[] = { 0x60, 1, 0xfe };

	model_start();
	model_config(BIT(3));
	CHECK(model_create());
	CHECK_EQ(sent(0x60, 0xfe), 0xfe);
	set(0x64, 0xd1);
	CHECK_FAILS(reset_by, way, "parked");
}
