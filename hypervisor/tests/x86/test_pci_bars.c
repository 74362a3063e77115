// SPDX-License-Identifier: GPL-2.0
/* Base address registers and the expansion ROM of a cell's PCI function. */
#include "pci_model.h"
#include "test.h"

static uint32_t bar(unsigned i)
{
	return (uint32_t)model_read(pci_at(OWN, PCI_BAR + 4 * i), 4);
}

static void set_bar(unsigned i, uint32_t value)
{
	model_write(pci_at(OWN, PCI_BAR + 4 * i), 4, value);
}

/* BARs of the function: 8 KiB, 256 MiB (64-bit, so it takes two), ports, two absent ones. */
static const uint32_t bars[PCI_BARS] = { BAR, 0xd000000c, 0x8, 0xe001, 0, 0 };
static const uint32_t ones[PCI_BARS] = { 0xffffe000, 0xf000000c, ~0u, 0xffffffe1, 0, 0 };

static struct cell *start_with_bars(void)
{
	pci_machine();
	for (unsigned i = 0; i < PCI_BARS; i++) {
		model_bars[i] = i == 2 ? ~0u : ones[i] & ~0xfu;
		pci_put(OWN, PCI_BAR + 4 * i, 4, bars[i]);
	}
	pci_put(OWN, PCI_ROM, 4, 0xfeb00000);
	model_config(BIT(2));
	model_add_region(BAR, 0x2000, BH_REGION_MMIO);
	model_add_region(0x8d0000000, 0x10000000, BH_REGION_MMIO);
	model_add_functions(OWN, 1);
	return pci_create();
}

/* BARs in `set` read their size masks; no BAR has moved. */
static void check_bars(unsigned set)
{
	for (unsigned i = 0; i < PCI_BARS; i++) {
		CHECK_EQ(bar(i), set >> i & 1 ? ones[i] : bars[i]);
		CHECK_EQ(pci_get(OWN, PCI_BAR + 4 * i, 4), bars[i]);
	}
}

TEST(pci_bars_show_sizes)
{
	struct cell *cell = start_with_bars();

	check_bars(0);
	for (unsigned i = 0; i < PCI_BARS; i++) {
		set_bar(i, ~0u);
		check_bars(1u << i);
		CHECK_EQ(model_read(pci_at(OWN, PCI_BAR + 4 * i), 2), (uint16_t)bars[i]);
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
		model_write(pci_at(OWN, PCI_ROM), size, ~0u);
		CHECK_EQ(model_read(pci_at(OWN, PCI_ROM), size), 0);
		CHECK_EQ(model_read(pci_at(OWN, PCI_ROM + 4 - size), size), 0);
	}
	model_run_as(0);
	model_destroy(cell);
	CHECK_EQ(model_read(pci_at(OWN, PCI_ROM), 4), 0xfeb00000);
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

/* A function whose registers the cell lacks would leave them to root. */
TEST(pci_bars_are_in_the_config)
{
	static const uint32_t elsewhere[] = { 0xfebb0000, 0xfebcf000, 0xfebd2000, 0 };

	for (unsigned i = 0; i < ARRAY_SIZE(elsewhere); i++) {
		pci_machine();
		pci_put(OWN, MSIX, 1, 0);
		pci_put(OWN, PCI_BAR, 4, elsewhere[i]);
		model_config(BIT(1));
		model_add_region(BAR, 0x2000, BH_REGION_MMIO);
		model_add_region(0x8d0000000, 0x1000, BH_REGION_RAM);
		model_add_functions(OWN, 1);
		pci_refused(BH_E_BAR, BH_OWNER_NONE, OWN);
		CHECK_EQ(pci_get(OWN, PCI_BAR, 4), elsewhere[i]);
		CHECK_EQ(pci_get(OWN, PCI_COMMAND, 2), 7);
	}
}

/* Or it would decode with the BARs. */
TEST(pci_rom_is_off)
{
	pci_machine();
	pci_put(OWN, PCI_ROM, 4, 0xfeb00001);
	pci_give(BIT(2));
	CHECK_EQ(pci_get(OWN, PCI_ROM, 4), 0xfeb00000);
}
