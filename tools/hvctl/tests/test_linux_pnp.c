// SPDX-License-Identifier: GPL-2.0
/* PNP devices of a Linux cell. */
#include "fake.h"
#include "linux/acpi/tables.h"
#include "linux/pnp.h"
#include "sample.h"
#include "test.h"

#define ACTIVE "state = active\n"
#define PORT ACTIVE "io 0x2f8-0x2ff\nirq 3\n"

static struct {
	struct bh_cell_part part;
	struct bh_region regions[1];
	struct bh_range irqs[2], ports[3];
} cell;
static struct linux_pnp pnp;
static struct linux_pci pci; /* nothing */

/* A cell with registers, pins 3 and 16, ports of a UART, of the clock, and many others. */
static void make_cell(void)
{
	fake_reset();
	memset(&cell, 0, sizeof(cell));
	cell.part.n_regions = 1;
	cell.regions[0] = (struct bh_region){ 0xfed40000, 0xfed40000, 0x5000, BH_REGION_MMIO, 0 };
	cell.part.n_irqs = 2;
	cell.irqs[0] = (struct bh_range){ 3, 1 };
	cell.irqs[1] = (struct bh_range){ 16, 1 };
	cell.part.n_ports = 3;
	cell.ports[0] = (struct bh_range){ 0x2f8, 8 };
	cell.ports[1] = (struct bh_range){ 0x70, 8 };
	cell.ports[2] = (struct bh_range){ 0x1000, 0x1000 };
	cell.part.console_kind = BH_CONSOLE_16550;
	cell.part.console_guest = 0x1010;
}

/* Expects n devices, from one device with these files. */
static void check_found(unsigned int n, const char *id, const char *resources)
{
	fake.pnp[1].id = id;
	fake.pnp[1].resources = resources;
	linux_pnp_find(&pnp, &cell.part);
	if (!CHECK(pnp.n == n))
		fprintf(stderr, "%s\n", resources);
}

TEST(devices_are_what_root_says)
{
	make_cell();
	check_found(1, "PNP0501\nPNP0c0F\n", PORT "mem 0xfed40000-0xfed44fff\n");
	CHECK(pnp.devices[0].n_ids == 2 && pnp.devices[0].n == 3);
	CHECK(pnp.devices[0].ids[0] == 0x0105d041 && pnp.devices[0].ids[1] == 0x0f0cd041);
	CHECK(pnp.devices[0].resources[0].type == PNP_PORTS);
	CHECK(pnp.devices[0].resources[0].first == 0x2f8 &&
	      pnp.devices[0].resources[0].last == 0x2ff);
	CHECK(pnp.devices[0].resources[1].type == PNP_IRQ &&
	      pnp.devices[0].resources[1].first == 3);
	CHECK(pnp.devices[0].resources[2].type == PNP_MEMORY &&
	      pnp.devices[0].resources[2].last == 0xfed44fff);
	CHECK(linux_pnp_leaves(&pnp, &pci, &cell.part));
	cell.part.n_ports = 1;
	CHECK(!linux_pnp_leaves(&pnp, &pci, &cell.part));
	check_found(0, "PNP0501\n", NULL);
	CHECK(linux_pnp_leaves(&pnp, &pci, &cell.part));
}

TEST(devices_of_which_the_cell_has_not_all)
{
	static const char *const others[] = {
		ACTIVE "io 0x2f8-0x300\nirq 3\n",
		ACTIVE "io 0x2f8-0x2ff\nirq 4\n",
		ACTIVE "io 0x2f8-0x2ff\nirq 16\n", /* irq 16 is Linux's number, not a pin */
		ACTIVE "io 0x2f8-0x2ff\nirq 0\n",
		ACTIVE "io 0x2f8-0x2ff\nirq 3\ndma 1\n",
		ACTIVE "io 0x2f8-0x2ff window\n",
		ACTIVE "mem 0xfed40000-0xfed45000\n",
		ACTIVE "irq 3\n",
		ACTIVE "io 0x70-0x71\n",     /* ports of the emulated clock */
		ACTIVE "io 0x1008-0x1010\n", /* overlaps the console's ports */
		ACTIVE "io 0x1100-0x11ff\n", /* more than a descriptor can hold */
		"state = disabled\n",
		ACTIVE,
	};
	unsigned int i;

	make_cell();
	for (i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		check_found(0, "PNP0501\n", others[i]);
	check_found(1, "PNP0501\n", ACTIVE "io 0x72-0x73\n");
	check_found(1, "PNP0501\n", PORT);
	cell.regions[0].guest = 0x10000000;
	check_found(0, "PNP0501\n", ACTIVE "mem 0xfed40000-0xfed44fff\n");
}

TEST(lines_that_are_damaged)
{
	static const char *const lines[] = {
		"",
		"\n",
		"state = active",
		"io 0x2f8-0x2ff\n",
		ACTIVE "io 0x2f8\n",
		ACTIVE "io 0x2ff-0x2f8\n",
		ACTIVE "io \n",
		ACTIVE "io 0x2f8-0x2ff\n\nirq 3\n",
		ACTIVE "io 0x2f8-0x2ff\nirq -3\n",
		ACTIVE "io 0x2f8-0xfffffffffffffffffffff\n",
		ACTIVE "mem 0xfed40000-0xffffffffffffffff\n",
		ACTIVE "ioooo 0x2f8-0x2ff\n",
	};
	static const char *const ids[] = { "",		"\n",	     "PNP050",	  "PNP05011",
					   "pnp0501\n", "PN10501\n", "PNP0x01\n", "PNP 501\n" };
	char many[1400] = ACTIVE;
	unsigned int i;

	make_cell();
	for (i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
		check_found(0, "PNP0501\n", lines[i]);
	for (i = 0; i < sizeof(ids) / sizeof(ids[0]); i++)
		check_found(0, ids[i], PORT);
	check_found(1, "QEMU0002\nPNP0501\nPNP0502\nPNP0503\nPNP0504\nPNP0505\n", PORT);
	CHECK(pnp.devices[0].n_ids == PNP_IDS && pnp.devices[0].ids[0] == 0x0105d041);
	for (i = 0; i < PNP_RESOURCES; i++)
		strcat(many, "irq 3\n");
	check_found(0, "PNP0501\n", many);
	strcat(many, "io 0x2f8-0x2ff\n");
	check_found(0, "PNP0501\n", many);
	for (; i < 210; i++)
		strcat(many, "irq 3\n");
	check_found(0, "PNP0501\n", many);
}

TEST(devices_are_in_the_tables)
{
	static const char com[] = "PN00\x08_HID\x0c\x41\xd0\x05\x01\x08_CID\x12";
	static const char uid[] = "\x01\x0c\x41\xd0\x05\x00\x08_UID\x0c\0\0\0\0\x08_CRS";
	static const char crs[] = "\x47\x01\xf8\x02\xf8\x02\x01\x08\x89\x06\0\x03\x01\x03\0\0\0"
				  "\x8a\x2b\0\0\x0d\x01\0\0\0\0\0\0\0\0\0\0\xd4\xfe";
	static uint8_t tables[ACPI_TABLES_BYTES];
	struct sample sample;

	make_cell();
	check_found(1, "PNP0501\nPNP0500\n", PORT "mem 0xfed40000-0xfed44fff\n");
	sample_make_x86(&sample);
	acpi_tables(tables, 0xf0000, sample.system, sample.other, &pci, &pnp);
	CHECK(memmem(tables, sizeof(tables), com, sizeof(com) - 1));
	CHECK(memmem(tables, sizeof(tables), uid, sizeof(uid) - 1));
	CHECK(memmem(tables, sizeof(tables), crs, sizeof(crs) - 1));
}
