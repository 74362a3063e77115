// SPDX-License-Identifier: GPL-2.0
/* PCI functions: which ones a guest sees, and what a cell can write to its own. */
#include "model.h"
#include "test.h"
#include <hyp/pci.h>
#include <string.h>

#define OWN 0x0010u    /* 00:02.0 */
#define OTHER 0x0018u  /* 00:03.0 */
#define BRIDGE 0x0100u /* 01:00.0 */
#define BAR 0xfebd0000u
#define MSI 0x50
#define MSIX 0x70
#define TABLE 0x1000u
#define MESSAGE(id) (0xfee00000u | (uint32_t)(id) << 12)

static void put(unsigned bdf, unsigned offset, unsigned size, uint32_t value)
{
	memcpy(model_function(bdf) + offset, &value, size);
}

static uint32_t hw(unsigned offset, unsigned size)
{
	uint32_t value = 0;

	memcpy(&value, model_function(OWN) + offset, size);
	return value;
}

/* A function with 64-bit MSI and with MSI-X of 4 entries, one without, a host bridge, a bridge. */
static void machine(void)
{
	model_start();
	memset(model_bars, 0, sizeof(model_bars));
	model_bars[0] = 0xffffe000;
	for (unsigned bdf = 0; bdf <= OTHER; bdf += 8)
		if (model_function(bdf))
			put(bdf, 0, 4, 0x12348086);
	put(BRIDGE, 0, 4, 0x56788086);
	put(BRIDGE, PCI_HEADER_TYPE, 1, 0x81);
	put(OWN, PCI_COMMAND, 2, 7);
	put(OWN, PCI_BAR, 4, BAR);
	put(OWN, PCI_CAPABILITIES, 1, MSI);
	put(OWN, MSI, 4, 0x00800005 | MSIX << 8);
	put(OWN, MSIX, 4, 0x00030011);
	put(OWN, MSIX + 4, 4, TABLE);
}

static struct cell *create(void)
{
	struct cell *cell = model_create();

	CHECK(cell);
	model_run_as(2);
	return cell;
}

/* Creates a cell with these CPUs (CPU 2 is one) and the function. */
static struct cell *give(uint64_t cpus)
{
	model_config(cpus);
	model_add_region(BAR, 0x2000, BH_REGION_MMIO);
	model_add_functions(OWN, 1);
	return create();
}

static struct cell *start(void)
{
	machine();
	return give(BIT(2) | BIT(3));
}

static uint64_t at(unsigned bdf, unsigned offset)
{
	return MODEL_MMCONFIG + ((uint64_t)bdf << 12) + offset;
}

static void by_port(unsigned bdf, unsigned offset, unsigned size, bool write, uint32_t *value)
{
	uint32_t address = 1u << 31 | bdf << 8 | (offset & 0xfc);

	CHECK(model_port(0xcf8, 4, true, &address));
	CHECK(model_port((uint16_t)(0xcfc + offset % 4), size, write, value));
}

TEST(pci_functions_of_others_are_absent)
{
	start();
	for (unsigned who = 0; who < 4; who += 2) {
		model_run_as(who);
		for (unsigned bdf = 0; bdf < 0x1000; bdf++) {
			bool own = who ? bdf == OWN : bdf != OWN && model_function(bdf);
			uint32_t value = 0, found;

			found = (uint32_t)model_read(at(bdf, 0), 4);
			by_port(bdf, 0, 4, false, &value);
			CHECK_EQ(value, found);
			CHECK_EQ(found != ~0u, own);
			CHECK_EQ((uint16_t)model_read(at(bdf, 2), 2), own ? value >> 16 : 0xffff);
		}
	}
}

TEST(pci_writes_to_others_functions_go_nowhere)
{
	uint8_t before[256];
	uint32_t value = 0xffffffff;

	start();
	memcpy(before, model_function(OTHER), sizeof(before));
	for (unsigned offset = 0; offset < 256; offset += 4) {
		model_write(at(OTHER, offset), 4, 0x55555555);
		by_port(OTHER, offset, 4, true, &value);
	}
	CHECK(!memcmp(before, model_function(OTHER), sizeof(before)));
	memcpy(before, model_function(OWN), sizeof(before));
	model_run_as(0);
	for (unsigned offset = 0; offset < 256; offset += 4)
		model_write(at(OWN, offset), 4, 0x55555555);
	CHECK(!memcmp(before, model_function(OWN), sizeof(before)));
}

/* Harmless bits of the command register, and allowed bits of capabilities. */
TEST(pci_what_a_cell_can_write)
{
	for (unsigned size = 1; size <= 4; size *= 2) {
		start();
		for (unsigned offset = 0; offset < 256; offset += size) {
			uint8_t before[256];

			memcpy(before, model_function(OWN), sizeof(before));
			model_write(at(OWN, offset), size, ~0u);
			for (unsigned i = 0; i < 256; i++)
				CHECK(before[i] == model_function(OWN)[i] || i / 4 == 1 ||
				      i / 4 == MSI / 4 || i / 4 == MSIX / 4);
		}
		CHECK_EQ(hw(PCI_COMMAND, 4), size == 1 ? 0x400 : 0x406);
		CHECK_EQ(hw(MSI + 2, 2), size == 1 ? 0x80 : 0xf1);
		CHECK_EQ(hw(MSIX + 2, 2), size == 1 ? 0x3 : 0xc003);
	}
}

static uint32_t bar(unsigned i)
{
	return (uint32_t)model_read(at(OWN, PCI_BAR + 4 * i), 4);
}

static void set_bar(unsigned i, uint32_t value)
{
	model_write(at(OWN, PCI_BAR + 4 * i), 4, value);
}

/* BARs of the function: 8 KiB, 256 MiB (64-bit, so it takes two), ports, two absent ones. */
static const uint32_t bars[PCI_BARS] = { BAR, 0xd000000c, 0x8, 0xe001, 0, 0 };
static const uint32_t ones[PCI_BARS] = { 0xffffe000, 0xf000000c, ~0u, 0xffffffe1, 0, 0 };

static struct cell *start_with_bars(void)
{
	machine();
	for (unsigned i = 0; i < PCI_BARS; i++) {
		model_bars[i] = i == 2 ? ~0u : ones[i] & ~0xfu;
		put(OWN, PCI_BAR + 4 * i, 4, bars[i]);
	}
	put(OWN, PCI_ROM, 4, 0xfeb00000);
	model_config(BIT(2));
	model_add_region(BAR, 0x2000, BH_REGION_MMIO);
	model_add_region(0x8d0000000, 0x10000000, BH_REGION_MMIO);
	model_add_functions(OWN, 1);
	return create();
}

/* BARs in `set` read their size masks; no BAR has moved. */
static void check_bars(unsigned set)
{
	for (unsigned i = 0; i < PCI_BARS; i++) {
		CHECK_EQ(bar(i), set >> i & 1 ? ones[i] : bars[i]);
		CHECK_EQ(hw(PCI_BAR + 4 * i, 4), bars[i]);
	}
}

TEST(pci_bars_show_sizes)
{
	struct cell *cell = start_with_bars();

	check_bars(0);
	for (unsigned i = 0; i < PCI_BARS; i++) {
		set_bar(i, ~0u);
		check_bars(1u << i);
		CHECK_EQ(model_read(at(OWN, PCI_BAR + 4 * i), 2), (uint16_t)bars[i]);
		set_bar(i, i % 2 ? bars[i] : 0x12340000);
		check_bars(0);
	}
	for (unsigned i = 0; i < PCI_BARS; i++) /* some drivers size all at once */
		set_bar(i, ~0u);
	check_bars(0x3f);
	set_bar(1, 0);
	check_bars(0x3d);
	model_reset_cell(cell);
	check_bars(0);
}

TEST(pci_rom_is_absent)
{
	struct cell *cell = start_with_bars();

	for (unsigned size = 1; size <= 4; size *= 2) {
		model_write(at(OWN, PCI_ROM), size, ~0u);
		CHECK_EQ(model_read(at(OWN, PCI_ROM), size), 0);
		CHECK_EQ(model_read(at(OWN, PCI_ROM + 4 - size), size), 0);
	}
	model_run_as(0);
	model_destroy(cell);
	CHECK_EQ(model_read(at(OWN, PCI_ROM), 4), 0xfeb00000);
}

TEST(pci_bars_of_root)
{
	struct cell *cell = start_with_bars();

	set_bar(0, ~0u);
	model_run_as(0);
	CHECK_EQ(bar(0), ~0u);
	model_destroy(cell);
	check_bars(0);
	for (unsigned i = 0; i < PCI_BARS; i++) {
		set_bar(i, ~0u);
		CHECK_EQ(bar(i), ones[i]);
		set_bar(i, bars[i]);
		CHECK_EQ(bar(i), bars[i]);
	}
}

TEST(pci_messages_name_own_cpus)
{
	static const uint32_t wrong[] = {
		MESSAGE(0),	MESSAGE(2),	   MESSAGE(0xff), MESSAGE(4) | 4,
		MESSAGE(4) | 8, MESSAGE(4) | 0x10, 0xfed04000,	  0,
	};
	static const uint32_t modes[] = { 0x240, 0x440, 0x540, 0x740, 0x140, 0x8040, 0x10040 };

	start();
	CHECK_EQ(hw(MSI + 4, 4), MESSAGE(MODEL_ID(2))); /* since the cell has it */
	model_write(at(OWN, MSI + 4), 4, MESSAGE(MODEL_ID(3)));
	model_write(at(OWN, MSI + 12), 2, 0x4040);
	for (unsigned i = 0; i < ARRAY_SIZE(wrong); i++)
		model_write(at(OWN, MSI + 4), 4, wrong[i]);
	for (unsigned i = 0; i < ARRAY_SIZE(modes); i++)
		model_write(at(OWN, MSI + 12), 4, modes[i]);
	model_write(at(OWN, MSI + 8), 4, 1);
	CHECK_EQ(hw(MSI + 4, 4), MESSAGE(MODEL_ID(3)));
	CHECK_EQ(hw(MSI + 8, 4), 0);
	CHECK_EQ(hw(MSI + 12, 4), 0x4040);
}

TEST(pci_message_tables)
{
	const uint32_t *entry = model_device(BAR + TABLE + 16);
	struct cell *cell;

	machine();
	*model_device(BAR + TABLE + 16) = MESSAGE(0); /* a function of root */
	cell = start();
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
	struct cell *cell = start();

	model_write(at(OWN, PCI_COMMAND), 2, 6);
	model_write(at(OWN, MSI + 2), 2, 1);
	model_write(at(OWN, MSIX + 2), 2, 0x8000);
	model_run_as(0);
	model_destroy(cell);
	CHECK_EQ(hw(PCI_COMMAND, 2), 0);
	CHECK_EQ(hw(MSI + 2, 2), 0x80);
	CHECK_EQ(hw(MSIX + 2, 2), 3);
	model_write(at(OWN, PCI_COMMAND), 2, 6); /* root owns the function again */
	CHECK_EQ(hw(PCI_COMMAND, 2), 6);
}

TEST(pci_bridges_keep_their_buses)
{
	start();
	model_run_as(0);
	model_write(at(BRIDGE, PCI_BUSES), 4, 0x020202);
	CHECK_EQ(model_function(BRIDGE)[PCI_BUSES], 0);
	model_bars[2] = ~0xfu;
	model_write(at(OTHER, PCI_BUSES), 4, 0x020202); /* a BAR: the function is no bridge */
	CHECK_EQ(model_function(OTHER)[PCI_BUSES + 1], 2);
}

static void refused(uint32_t code, uint32_t owner, uint32_t value)
{
	CHECK(!model_create());
	CHECK_EQ(model_refusal.code, code);
	CHECK_EQ(model_refusal.field, BH_F_PCI);
	CHECK_EQ(model_refusal.owner, owner);
	CHECK_EQ(model_refusal.value, value);
}

TEST(pci_refusals)
{
	start();
	model_run_as(0);
	model_config(BIT(1));
	model_add_functions(OWN, 1);
	refused(BH_E_OWNED, 1, OWN);
	model_config(BIT(1));
	model_add_functions(OTHER + 1, 1);
	refused(BH_E_RANGE, BH_OWNER_NONE, OTHER + 1); /* absent */
	model_config(BIT(1));
	model_add_functions(BRIDGE, 1);
	refused(BH_E_UNSUPPORTED, BH_OWNER_NONE, BRIDGE);
	model_destroy(cells[1]);
	model_config(BIT(1));
	model_add_region(BAR, 0x2000, BH_REGION_MMIO);
	put(OWN, MSIX + 4, 4, 0x2000); /* the region lacks the table's page */
	model_add_functions(OWN, 1);
	refused(BH_E_NOT_ROOT, BH_OWNER_NONE, OWN);
}

/* A function whose registers the cell lacks would leave them to root. */
TEST(pci_bars_are_in_the_config)
{
	static const uint32_t elsewhere[] = { 0xfebb0000, 0xfebcf000, 0xfebd2000, 0 };

	for (unsigned i = 0; i < ARRAY_SIZE(elsewhere); i++) {
		machine();
		put(OWN, MSIX, 1, 0);
		put(OWN, PCI_BAR, 4, elsewhere[i]);
		model_config(BIT(1));
		model_add_region(BAR, 0x2000, BH_REGION_MMIO);
		model_add_region(0x8d0000000, 0x1000, BH_REGION_RAM);
		model_add_functions(OWN, 1);
		refused(BH_E_BAR, BH_OWNER_NONE, OWN);
		CHECK_EQ(hw(PCI_BAR, 4), elsewhere[i]);
		CHECK_EQ(hw(PCI_COMMAND, 2), 7);
	}
}

/* A cell without ports can't switch on their decoding. */
TEST(pci_ports_of_a_function)
{
	for (unsigned n = 0; n < 2; n++) {
		machine();
		model_config(BIT(2));
		model_add_region(BAR, 0x2000, BH_REGION_MMIO);
		if (n)
			model_add_ports(0xe000, 32);
		model_add_functions(OWN, 1);
		create();
		model_write(at(OWN, PCI_COMMAND), 2, 7);
		CHECK_EQ(hw(PCI_COMMAND, 2), n ? 0x407 : 0x406);
	}
}

/* A cell without a pin that a device is wired to can't raise its function's line. */
TEST(pci_line_needs_a_pin)
{
	struct cell *cell;

	for (unsigned wired = 0; wired < 2; wired++) {
		machine();
		model_config(BIT(2))->console_irq = 5;
		model_add_region(BAR, 0x2000, BH_REGION_MMIO);
		model_add_irqs(5, 1);
		if (wired)
			model_add_irqs(20, 2);
		model_add_functions(OWN, 1);
		cell = create();
		CHECK_EQ(hw(PCI_COMMAND, 2), wired ? 0 : 0x400);
		model_write(at(OWN, PCI_COMMAND), 2, 6);
		CHECK_EQ(hw(PCI_COMMAND, 2), wired ? 6 : 0x406);
		model_reset_cell(cell);
		CHECK_EQ(hw(PCI_COMMAND, 2), wired ? 0 : 0x400);
		model_run_as(0);
		model_destroy(cell);
		CHECK_EQ(hw(PCI_COMMAND, 2), 0);
	}
}

/* Or it would decode with the BARs. */
TEST(pci_rom_is_off)
{
	machine();
	put(OWN, PCI_ROM, 4, 0xfeb00001);
	give(BIT(2));
	CHECK_EQ(hw(PCI_ROM, 4), 0xfeb00000);
}

TEST(pci_ports_by_halves)
{
	uint32_t value = 0x80001000;

	start();
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
