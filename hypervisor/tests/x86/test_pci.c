// SPDX-License-Identifier: GPL-2.0
/* PCI functions: which ones a guest sees, and what a cell can write to its own. */
#include "pci_model.h"
#include "test.h"
#include <string.h>

#define MESSAGE(id) (0xfee00000u | (uint32_t)(id) << 12)

TEST(pci_functions_of_others_are_absent)
{
	pci_start();
	for (unsigned who = 0; who < 4; who += 2) {
		model_run_as(who);
		for (unsigned bdf = 0; bdf < 0x1000; bdf++) {
			bool own = who ? bdf == OWN : bdf != OWN && model_function(bdf);
			uint32_t value = 0, found;

			found = (uint32_t)model_read(pci_at(bdf, 0), 4);
			pci_by_port(bdf, 0, 4, false, &value);
			CHECK_EQ(value, found);
			CHECK_EQ(found != ~0u, own);
			CHECK_EQ((uint16_t)model_read(pci_at(bdf, 2), 2),
				 own ? value >> 16 : 0xffff);
		}
	}
}

TEST(pci_writes_to_others_functions_go_nowhere)
{
	uint8_t before[256];
	uint32_t value = 0xffffffff;

	pci_start();
	memcpy(before, model_function(OTHER), sizeof(before));
	for (unsigned offset = 0; offset < 256; offset += 4) {
		model_write(pci_at(OTHER, offset), 4, 0x55555555);
		pci_by_port(OTHER, offset, 4, true, &value);
	}
	CHECK(!memcmp(before, model_function(OTHER), sizeof(before)));
	memcpy(before, model_function(OWN), sizeof(before));
	model_run_as(0);
	for (unsigned offset = 0; offset < 256; offset += 4)
		model_write(pci_at(OWN, offset), 4, 0x55555555);
	CHECK(!memcmp(before, model_function(OWN), sizeof(before)));
}

/* Harmless bits of the command register, and allowed bits of capabilities. */
TEST(pci_what_a_cell_can_write)
{
	for (unsigned size = 1; size <= 4; size *= 2) {
		pci_start();
		for (unsigned offset = 0; offset < 256; offset += size) {
			uint8_t before[256];

			memcpy(before, model_function(OWN), sizeof(before));
			model_write(pci_at(OWN, offset), size, ~0u);
			for (unsigned i = 0; i < 256; i++)
				CHECK(before[i] == model_function(OWN)[i] || i / 4 == 1 ||
				      i / 4 == MSI / 4 || i / 4 == MSIX / 4);
		}
		CHECK_EQ(pci_get(OWN, PCI_COMMAND, 4), size == 1 ? 0x400 : 0x406);
		CHECK_EQ(pci_get(OWN, MSI + 2, 2), size == 1 ? 0x80 : 0xf1);
		CHECK_EQ(pci_get(OWN, MSIX + 2, 2), size == 1 ? 0x3 : 0xc003);
	}
}

TEST(pci_messages_name_own_cpus)
{
	static const uint32_t wrong[] = {
		MESSAGE(0),	MESSAGE(2),	   MESSAGE(0xff), MESSAGE(4) | 4,
		MESSAGE(4) | 8, MESSAGE(4) | 0x10, 0xfed04000,	  0,
	};
	static const uint32_t modes[] = { 0x240, 0x440, 0x540, 0x740, 0x140, 0x8040, 0x10040 };

	pci_start();
	CHECK_EQ(pci_get(OWN, MSI + 4, 4), MESSAGE(MODEL_ID(2))); /* since the cell has it */
	model_write(pci_at(OWN, MSI + 4), 4, MESSAGE(MODEL_ID(3)));
	model_write(pci_at(OWN, MSI + 12), 2, 0x4040);
	for (unsigned i = 0; i < ARRAY_SIZE(wrong); i++)
		model_write(pci_at(OWN, MSI + 4), 4, wrong[i]);
	for (unsigned i = 0; i < ARRAY_SIZE(modes); i++)
		model_write(pci_at(OWN, MSI + 12), 4, modes[i]);
	model_write(pci_at(OWN, MSI + 8), 4, 1);
	CHECK_EQ(pci_get(OWN, MSI + 4, 4), MESSAGE(MODEL_ID(3)));
	CHECK_EQ(pci_get(OWN, MSI + 8, 4), 0);
	CHECK_EQ(pci_get(OWN, MSI + 12, 4), 0x4040);
}

TEST(pci_message_tables)
{
	const uint32_t *entry = model_device(BAR + TABLE + 16);
	struct cell *cell;

	pci_machine();
	*model_device(BAR + TABLE + 16) = MESSAGE(0); /* a function of root */
	cell = pci_start();
	CHECK(!pt_lookup(&cell->s2, BAR + TABLE, NULL, NULL) &&
	      pt_lookup(&cell->s2, BAR, NULL, NULL));
	CHECK(entry[0] == MESSAGE(MODEL_ID(2)) && entry[3] == 1);
	model_write(BAR + TABLE + 16, 4, MESSAGE(MODEL_ID(3)));
	model_write(BAR + TABLE + 24, 4, 0x41);
	model_write(BAR + TABLE + 28, 4, 0);
	model_write(BAR + TABLE + 16, 4, MESSAGE(0));
	model_write(BAR + TABLE + 20, 4, 1);
	model_write(BAR + TABLE + 24, 4, 0x441);
	CHECK(entry[0] == MESSAGE(MODEL_ID(3)) && !entry[1] && entry[2] == 0x41 && !entry[3]);
	CHECK_EQ(model_read(BAR + TABLE + 24, 4), 0x41);
	CHECK(model_refuses(BAR + TABLE, 8, true) && model_refuses(BAR + TABLE + 2, 4, true));
	model_write(BAR + TABLE + 0x800, 4,
		    0x1234); /* behind the table: other registers of the device */
	CHECK_EQ(*model_device(BAR + TABLE + 0x800), 0x1234);
}

TEST(pci_nothing_survives)
{
	struct cell *cell = pci_start();

	model_write(pci_at(OWN, PCI_COMMAND), 2, 6);
	model_write(pci_at(OWN, MSI + 2), 2, 1);
	model_write(pci_at(OWN, MSIX + 2), 2, 0x8000);
	model_run_as(0);
	model_destroy(cell);
	CHECK_EQ(pci_get(OWN, PCI_COMMAND, 2), 0);
	CHECK_EQ(pci_get(OWN, MSI + 2, 2), 0x80);
	CHECK_EQ(pci_get(OWN, MSIX + 2, 2), 3);
	model_write(pci_at(OWN, PCI_COMMAND), 2, 6); /* root owns the function again */
	CHECK_EQ(pci_get(OWN, PCI_COMMAND, 2), 6);
}

TEST(pci_bridges_keep_their_buses)
{
	pci_start();
	model_run_as(0);
	model_write(pci_at(BRIDGE, PCI_BUSES), 4, 0x020202);
	CHECK_EQ(model_function(BRIDGE)[PCI_BUSES], 0);
	model_bars[2] = ~0xfu;
	model_write(pci_at(OTHER, PCI_BUSES), 4, 0x020202); /* a BAR: the function is no bridge */
	CHECK_EQ(model_function(OTHER)[PCI_BUSES + 1], 2);
}

TEST(pci_refusals)
{
	pci_start();
	model_run_as(0);
	model_config(BIT(1));
	model_add_functions(OWN, 1);
	pci_refused(BH_E_OWNED, 1, OWN);
	model_config(BIT(1));
	model_add_functions(OTHER + 1, 1);
	pci_refused(BH_E_RANGE, BH_OWNER_NONE, OTHER + 1); /* absent */
	model_config(BIT(1));
	model_add_functions(BRIDGE, 1);
	pci_refused(BH_E_UNSUPPORTED, BH_OWNER_NONE, BRIDGE);
	model_destroy(cells[1]);
	model_config(BIT(1));
	model_add_region(BAR, 0x2000, BH_REGION_MMIO);
	pci_put(OWN, MSIX + 4, 4, 0x2000); /* the region lacks the table's page */
	model_add_functions(OWN, 1);
	pci_refused(BH_E_NOT_ROOT, BH_OWNER_NONE, OWN);
}

/* A cell without ports can't switch on their decoding. */
TEST(pci_ports_of_a_function)
{
	for (unsigned n = 0; n < 2; n++) {
		pci_machine();
		model_config(BIT(2));
		model_add_region(BAR, 0x2000, BH_REGION_MMIO);
		if (n)
			model_add_ports(0xe000, 32);
		model_add_functions(OWN, 1);
		pci_create();
		model_write(pci_at(OWN, PCI_COMMAND), 2, 7);
		CHECK_EQ(pci_get(OWN, PCI_COMMAND, 2), n ? 0x407 : 0x406);
	}
}

/* A cell without a pin that a device is wired to can't raise its function's line. */
TEST(pci_line_needs_a_pin)
{
	struct cell *cell;

	for (unsigned wired = 0; wired < 2; wired++) {
		pci_machine();
		model_config(BIT(2))->console_irq = 5;
		model_add_region(BAR, 0x2000, BH_REGION_MMIO);
		model_add_irqs(5, 1);
		if (wired)
			model_add_irqs(20, 2);
		model_add_functions(OWN, 1);
		cell = pci_create();
		CHECK_EQ(pci_get(OWN, PCI_COMMAND, 2), wired ? 0 : 0x400);
		model_write(pci_at(OWN, PCI_COMMAND), 2, 6);
		CHECK_EQ(pci_get(OWN, PCI_COMMAND, 2), wired ? 6 : 0x406);
		model_reset_cell(cell);
		CHECK_EQ(pci_get(OWN, PCI_COMMAND, 2), wired ? 0 : 0x400);
		model_run_as(0);
		model_destroy(cell);
		CHECK_EQ(pci_get(OWN, PCI_COMMAND, 2), 0);
	}
}

TEST(pci_ports_by_halves)
{
	uint32_t value = 0x80001000;

	pci_start();
	CHECK(model_port(0xcf8, 4, true, &value));
	for (uint16_t port = 0xcf5; port < 0xd00; port++) {
		for (unsigned size = 1; size <= 4; size *= 2) {
			bool whole = port >= 0xcfc && !(port % size);

			value = 0;
			if (port + size <= 0xcf8 || (port == 0xcf8 && size == 4))
				continue;
			CHECK(model_port(port, size, false, &value));
			CHECK_EQ(value == ~0u >> (32 - 8 * size), !whole);
		}
	}
}
