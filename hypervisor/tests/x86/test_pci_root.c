// SPDX-License-Identifier: GPL-2.0
/* What root may write to its PCI functions: nothing that moves address ranges over others'. */
#include "pci_model.h"
#include "test.h"
#include <string.h>

#define HOST 0x0000u	 /* 00:00.0 */
#define ISA 0x00f8u	 /* 00:1f.0 */
#define FREE 0xe0000000u /* root's device registers that nobody uses */

/* Root's write, by configuration space in memory or by ports. */
static bool ports;

static void set(unsigned bdf, unsigned offset, unsigned size, uint32_t value)
{
	if (ports)
		pci_by_port(bdf, offset, size, true, &value);
	else
		model_write(pci_at(bdf, offset), size, value);
}

/* A host bridge with capabilities, an ISA bridge, an ordinary function with a BAR of 8 KiB, and a
 * cell with another one. */
static struct cell *machine(void)
{
	struct cell *cell;

	model_start();
	memset(model_function(BRIDGE), 0, 256);
	pci_put(HOST, 0, 4, 0x12348086);
	pci_put(HOST, PCI_CLASS, 2, 0x0600);
	pci_put(ISA, 0, 4, 0x12348086);
	pci_put(ISA, PCI_CLASS, 2, 0x0601);
	pci_put(HOST, PCI_BAR, 4, FREE + 0x10000);
	pci_put(ISA, PCI_BAR, 4, FREE + 0x20000);
	pci_put(OTHER, 0, 4, 0x12348086);
	pci_put(OWN, 0, 4, 0x12348086);
	pci_put(OWN, PCI_BAR, 4, BAR);
	pci_put(OTHER, PCI_BAR, 4, FREE);
	memset(model_bars, 0, sizeof(model_bars));
	model_bars[0] = 0xffffe000;
	model_config(BIT(3));
	model_add_region(BAR, 0x2000, BH_REGION_MMIO);
	model_add_functions(OWN, 1);
	cell = model_create();
	CHECK(cell);
	model_refused = 0;
	return cell;
}

static void check_logged(unsigned bdf, unsigned offset)
{
	CHECK_EQ(model_refused, 1);
	CHECK_EQ(model_last_refused[0], BH_E_PCI_WRITE);
	CHECK_EQ(model_last_refused[1], (uint64_t)BH_F_PCI_REGISTER << 32 | offset);
	CHECK_EQ(model_last_refused[2], bdf);
	model_refused = 0;
}

static void refused(unsigned bdf, unsigned offset, unsigned size, uint32_t value)
{
	uint8_t before[256];

	memcpy(before, model_function(bdf), sizeof(before));
	set(bdf, offset, size, value);
	CHECK(!memcmp(before, model_function(bdf), sizeof(before)));
	check_logged(bdf, offset);
}

static void passes(unsigned bdf, unsigned offset, unsigned size, uint32_t value)
{
	set(bdf, offset, size, value);
	CHECK_EQ(pci_get(bdf, offset, size), value);
	CHECK_EQ(model_refused, 0);
}

/* ---- the chipset ---- */

TEST(pci_root_writes_no_register_of_the_chipset)
{
	static const uint16_t classes[] = { 0x0600, 0x0601, 0x0680, 0x0580, 0x0880, 0x0806 };

	machine();
	for (unsigned i = 0; i < 2 * ARRAY_SIZE(classes); i++) {
		ports = i % 2;
		pci_put(ISA, PCI_CLASS, 2, classes[i / 2]);
		for (unsigned offset = PCI_HEADER_END; offset < 256; offset += 4) {
			refused(ISA, offset, 4, 0x5aa55aa5);
			refused(ISA, offset + 1, 1, 0xa5);
			refused(ISA, offset + 2, 2, 0x5aa5);
		}
		passes(ISA, PCI_COMMAND, 2, 0x140);
	}
	ports = false;
	refused(ISA, 0x100, 4, 0x1); /* extended configuration space */
	pci_put(ISA, PCI_CLASS, 2, 0x0200);
	for (unsigned offset = PCI_HEADER_END; offset < 256; offset += 4)
		passes(ISA, offset, 4, 0x5aa55aa5);
}

/* It decodes its BARs whether decoding is on or not. */
TEST(pci_root_moves_no_host_bridge)
{
	machine();
	for (unsigned offset = PCI_BAR; offset < PCI_HEADER_END; offset += 4)
		refused(HOST, offset, 4, FREE);
	passes(HOST, PCI_COMMAND, 2, 0x146);
}

TEST(pci_root_writes_capabilities_of_the_chipset)
{
	static const struct {
		unsigned at, bytes;
	} known[] = { { 0x40, 8 }, { 0x48, 24 }, { 0x60, 60 }, { 0xa0, 12 } };
	bool inside;

	machine();
	pci_put(ISA, PCI_CAPABILITIES, 1, 0x40);
	pci_put(ISA, 0x40, 2, 0x4801); /* power management */
	pci_put(ISA, 0x48, 2, 0x6005); /* MSI */
	pci_put(ISA, 0x60, 2, 0xa010); /* PCI Express */
	pci_put(ISA, 0xa0, 2, 0xb011); /* MSI-X */
	pci_put(ISA, 0xb0, 2, 0xb009); /* of the vendor, and a ring */
	for (unsigned offset = PCI_HEADER_END; offset < 256; offset += 2) {
		inside = false;
		for (unsigned i = 0; i < ARRAY_SIZE(known); i++)
			inside |= offset - known[i].at < known[i].bytes;
		if (inside)
			passes(ISA, offset, 2, pci_get(ISA, offset, 2));
		else
			refused(ISA, offset, 2, 0x5aa5);
	}
}

TEST(pci_root_selects_smn_registers)
{
	static const uint16_t vendors[] = { 0x1022, 0x1d94 };

	machine();
	for (unsigned i = 0; i < 2; i++) {
		pci_put(HOST, 0, 2, vendors[i]);
		passes(HOST, 0x60, 4, 0x59800 + i);
		passes(HOST, 0xb8, 4, 0x59800 + i);
		passes(HOST, 0xc4, 4, 0x3b10534 + i);
		passes(HOST, 0xf8, 4, 0x3e30600 + i);
		for (unsigned offset = PCI_HEADER_END; offset < 256; offset += 4)
			if (offset != 0x60 && offset != 0xb8 && offset != 0xc4 && offset != 0xf8)
				refused(HOST, offset, 4, 0x5aa55aa5);
		refused(HOST, 0x60, 2, 0x5aa5);
		refused(HOST, 0x160, 4, 0x5aa55aa5);
	}
	pci_put(ISA, 0, 2, 0x1022); /* not function 0 of device 0: the data fabric, for example */
	pci_put(ISA, PCI_CLASS, 2, 0x0600);
	refused(ISA, 0x60, 4, 1);
	pci_put(HOST, 0, 2, 0x8086);
	refused(HOST, 0x60, 4, 1); /* PCIEXBAR */
}

/* ---- addresses ---- */

/* Not root's: another owner's, the hypervisor's, RAM, nobody's, and what begins or ends there. */
static const uint32_t others[] = {
	BAR,	    0x01000000, MODEL_IO_APIC, 0xfee00000, MODEL_MMCONFIG,
	0x00000000, 0xcfffe000, 0xffffe000,
};

TEST(pci_root_switches_no_wrong_address_on)
{
	machine();
	for (unsigned i = 0; i < 2 * ARRAY_SIZE(others); i++) {
		ports = i % 2;
		passes(OTHER, PCI_BAR, 4, others[i / 2]);
		for (unsigned size = 1; size <= 4; size *= 2)
			refused(OTHER, PCI_COMMAND, size, 0x6);
		passes(OTHER, PCI_COMMAND, 2, 0x5); /* its ports */
		refused(OTHER, PCI_COMMAND, 2, 0x7);
		passes(OTHER, PCI_COMMAND, 2, 0);
	}
	passes(OTHER, PCI_BAR, 4, FREE);
	pci_put(OTHER, PCI_COMMAND, 2, 0x400);
	passes(OTHER, PCI_COMMAND, 1, 0x7);
	CHECK_EQ(pci_get(OTHER, PCI_COMMAND, 2), 0x407);
}

TEST(pci_root_moves_no_function_over_others)
{
	machine();
	passes(OTHER, PCI_COMMAND, 2, 0x7);
	for (unsigned i = 0; i < ARRAY_SIZE(others); i++)
		refused(OTHER, PCI_BAR, 4, others[i]);
	refused(OTHER, PCI_BAR + 2, 2, BAR >> 16);
	refused(OTHER, PCI_BAR, 4, FREE + 0x2000);
	CHECK_EQ(pci_get(OTHER, PCI_COMMAND, 2), 0x7);
	passes(OTHER, PCI_COMMAND, 2, 0);
	set(OTHER, PCI_BAR, 4, ~0u); /* sizing */
	CHECK_EQ(pci_get(OTHER, PCI_BAR, 4), 0xffffe000);
}

TEST(pci_root_gets_a_cells_address_back)
{
	struct cell *cell = machine();

	passes(OTHER, PCI_BAR, 4, BAR);
	refused(OTHER, PCI_COMMAND, 2, 0x6);
	model_destroy(cell);
	passes(OTHER, PCI_COMMAND, 2, 0x6);
}

TEST(pci_root_uses_wide_addresses)
{
	machine();
	model_bars[0] = 0xf0000000; /* 256 MiB */
	model_bars[1] = ~0u;
	pci_put(OTHER, PCI_BAR, 4, 0xc);
	for (uint32_t high = 0; high < 16; high++) {
		passes(OTHER, PCI_BAR + 4, 4, high);
		if (high != MODEL_HIGH >> 32) {
			refused(OTHER, PCI_COMMAND, 2, 0x6);
			continue;
		}
		passes(OTHER, PCI_COMMAND, 2, 0x6);
		refused(OTHER, PCI_BAR + 4, 4, high + 1);
		passes(OTHER, PCI_COMMAND, 2, 0);
	}
}

TEST(pci_root_switches_no_wrong_rom_on)
{
	machine();
	passes(OTHER, PCI_ROM, 4, 0x01000000);
	passes(OTHER, PCI_COMMAND, 2, 0x6); /* the ROM is off */
	refused(OTHER, PCI_ROM, 4, 0x01000001);
	passes(OTHER, PCI_COMMAND, 2, 0);
	passes(OTHER, PCI_ROM, 4, 0x01000001);
	refused(OTHER, PCI_COMMAND, 2, 0x6);
	passes(OTHER, PCI_ROM, 4, FREE | 1);
	passes(OTHER, PCI_COMMAND, 2, 0x6);
}

/* ---- bridges ---- */

#define BASE_LIMIT(base, limit) ((base) >> 16 | ((limit)&0xfff00000))

static void bridge(void)
{
	machine();
	pci_put(BRIDGE, 0, 4, 0x56788086);
	pci_put(BRIDGE, PCI_CLASS, 2, 0x0604);
	pci_put(BRIDGE, PCI_HEADER_TYPE, 1, 1);
	pci_put(BRIDGE, PCI_BUSES, 4, 0x00030301);
	pci_put(BRIDGE, PCI_BAR, 4, FREE);
	pci_put(BRIDGE, 0x20, 4, 0x0000fff0); /* no window */
	pci_put(BRIDGE, 0x24, 4, 0x0001fff1);
}

TEST(pci_root_opens_no_window_over_others)
{
	static const uint32_t wrong[] = { BASE_LIMIT(0xfeb00000u, 0xfebfffffu), /* the cell's */
					  BASE_LIMIT(0xcff00000u, 0xd00fffffu),
					  0 /* the first MiB */ };

	bridge();
	for (unsigned i = 0; i < ARRAY_SIZE(wrong); i++) {
		passes(BRIDGE, 0x20, 4, wrong[i]);
		refused(BRIDGE, PCI_COMMAND, 2, 0x7);
	}
	passes(BRIDGE, 0x20, 4, BASE_LIMIT(FREE, FREE + 0x3fffffu));
	passes(BRIDGE, 0x24, 4, BASE_LIMIT(FREE, FREE + 0x3fffffu));
	passes(BRIDGE, PCI_COMMAND, 2, 0x7);
	passes(BRIDGE, PCI_COMMAND, 2, 0);
	passes(BRIDGE, 0x24, 4, BASE_LIMIT(FREE, FREE + 0x3fffffu) | 0x10001);
	passes(BRIDGE, 0x28, 4, 0x7); /* 0x7e0000000 is nobody's */
	passes(BRIDGE, 0x2c, 4, 0x7);
	refused(BRIDGE, PCI_COMMAND, 2, 0x7);
	passes(BRIDGE, 0x28, 4, 0x8);
	passes(BRIDGE, 0x2c, 4, 0x8);
	passes(BRIDGE, PCI_COMMAND, 2, 0x7);
	refused(BRIDGE, 0x2c, 4, 0x9);
	refused(BRIDGE, PCI_BAR, 4, BAR);
	refused(BRIDGE, 0x38, 4, BAR | 1);
	passes(BRIDGE, PCI_BUSES + 4, 4, 0xffff0101); /* ports, and status */
	passes(BRIDGE, 0x3e, 2, 0x2);
}

/* Bridges in front of a cell's function keep their header: command, windows, control. */
TEST(pci_root_keeps_bridges_of_cells)
{
	bridge();
	pci_put(BRIDGE, PCI_BUSES, 4, 0x00030001); /* buses 0 to 3 */
	for (unsigned offset = PCI_COMMAND; offset < PCI_HEADER_END; offset += 4)
		refused(BRIDGE, offset, 4, 0x12345678);
	passes(BRIDGE, PCI_HEADER_END, 4, 0x12345678);
	pci_put(BRIDGE, PCI_BUSES, 4, 0x00030101);
	refused(BRIDGE, PCI_BUSES, 4, 0x00030001);
	refused(BRIDGE, PCI_BUSES + 1, 1, 0);
	passes(BRIDGE, 0x3e, 2, 0x40);
}

/* Headers that the hypervisor does not know, such as CardBus bridges'. */
TEST(pci_root_switches_no_unknown_header_on)
{
	bridge();
	pci_put(BRIDGE, PCI_HEADER_TYPE, 1, 2);
	refused(BRIDGE, PCI_COMMAND, 2, 0x7);
	passes(BRIDGE, PCI_COMMAND, 2, 0x5);
}
