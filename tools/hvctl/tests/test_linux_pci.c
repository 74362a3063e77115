// SPDX-License-Identifier: GPL-2.0
/* PCI functions of a Linux cell, and notes about those it can't use. */
#include "fake.h"
#include "linux/pnp.h"
#include "sample.h"
#include "test.h"

#define NETWORK 0x30u /* 00:06.0 */

static const char resource[] = "0x00000000feb00000 0x00000000feb1ffff 0x0000000000040200\n"
			       "0x0000000000000000 0x0000000000000000 0x0000000000000000\n"
			       "0x000000000000c000 0x000000000000c01f 0x0000000000040101\n"
			       "0x0000000800000000 0x000000080fffffff 0x000000000014220c\n"
			       "0x0000000000000000 0x0000000000000000 0x0000000000000000\n"
			       "0x0000000000000000 0x00000000000fffff 0x0000000020040200\n"
			       "0x00000000feb40000 0x00000000feb5ffff 0x0000000000046200\n";

static struct {
	struct bh_cell_part part;
	struct bh_region regions[3];
	struct bh_range ports, functions;
} cell;
static struct bh_system_part machine;
static struct linux_pci pci;
static struct linux_pnp pnp; /* nothing */

/* A cell with RAM, some of it remapped below 1 MiB, and all windows of the function. */
static void make_cell(void)
{
	fake_reset();
	fake.functions[0].name = "0000:00:06.0";
	fake.functions[0].resource = resource;
	memset(&cell, 0, sizeof(cell));
	strcpy(cell.part.name, "net");
	cell.part.n_regions = 3;
	cell.regions[0] = (struct bh_region){ 0x20000000, 0, 1 << 20, BH_REGION_RAM, 0 };
	cell.regions[1] = (struct bh_region){ 0xfeb00000, 0xfeb00000, 0x20000, BH_REGION_MMIO, 0 };
	cell.regions[2] =
		(struct bh_region){ 0x800000000, 0x800000000, 1 << 28, BH_REGION_MMIO, 0 };
	cell.part.n_ports = cell.part.n_functions = 1;
	cell.ports = (struct bh_range){ 0xc000, 0x20 };
	cell.functions = (struct bh_range){ NETWORK, 1 };
	machine.platform.x86.mmconfig_phys = 0xb0000000;
	machine.platform.x86.mmconfig_buses = 256;
}

/* Expects n windows, and the note; NULL: no note. */
static void check_found(unsigned int windows, const char *note)
{
	FILE *terminal = stderr;
	const char *said;

	said = CAPTURE(out, {
		stderr = out;
		linux_pci_find(&pci, &machine, &cell.part);
		stderr = terminal;
	});
	CHECK(pci.n == windows);
	if (note)
		CHECK_HAS(said, note);
	else
		CHECK_TEXT(said, "");
}

static void check_window(unsigned int i, uint64_t first, uint64_t last, bool ports)
{
	const struct pci_window *window = &pci.windows[i];

	CHECK(window->first == first && window->last == last);
	CHECK(window->ports == ports && window->bus == 0);
}

TEST(registers_are_where_root_says)
{
	make_cell();
	check_found(3, NULL);
	check_window(0, 0xfeb00000, 0xfeb1ffff, false);
	check_window(1, 0xc000, 0xc01f, true);
	check_window(2, 0x800000000, 0x80fffffff, false);
	CHECK(pci.any && pci.buses[0] && !pci.buses[1]);
	CHECK(!linux_pnp_leaves(&pnp, &pci, &cell.part));
}

TEST(no_functions_no_buses)
{
	make_cell();
	cell.part.n_functions = 0;
	cell.part.n_ports = 0;
	check_found(0, NULL);
	CHECK(!pci.any && linux_pnp_leaves(&pnp, &pci, &cell.part));
	cell.part.n_regions = 1;
	CHECK(!linux_pnp_leaves(&pnp, &pci, &cell.part));
}

TEST(registers_that_are_not_the_cells_are_noted)
{
	static const char lacks[] = "note: cell \"net\" doesn't have the";
	static const char of[] = "of PCI function 00:06.0, or not at that address";
	char note[160];

	make_cell();
	snprintf(note, sizeof(note), "%s registers 0xfeb00000 to 0xfeb1ffff %s", lacks, of);
	cell.regions[1].size = 0x1f000;
	check_found(2, note);
	cell.regions[1].size = 0x20000;
	cell.regions[1].guest = 0x10000000;
	check_found(2, note);
	CHECK(linux_pnp_leaves(&pnp, &pci, &cell.part));
	make_cell();
	cell.ports.count = 0x1f;
	snprintf(note, sizeof(note), "%s I/O ports 0xc000 to 0xc01f %s", lacks, of);
	check_found(2, note);
	CHECK(linux_pnp_leaves(&pnp, &pci, &cell.part));
}

TEST(functions_that_linux_does_not_find_are_noted)
{
	make_cell();
	cell.functions.first = NETWORK + 2;
	fake.functions[0].name = "0000:00:06.2";
	check_found(3,
		    "note: Linux in cell \"net\" doesn't find PCI function 00:06.2: it looks for "
		    "it only where it finds 00:06.0");
	cell.functions = (struct bh_range){ NETWORK, 3 };
	fake.functions[1].name = "0000:00:06.0";
	fake.functions[2].name = "0000:00:06.1";
	fake.functions[1].resource = fake.functions[2].resource = "\n";
	check_found(3, NULL);
	make_cell();
	fake.functions[0].name = "0000:01:06.0";
	check_found(0, "note: root's Linux has no PCI function 00:06.0");
	CHECK(pci.any);
}

TEST(functions_without_messages_are_noted)
{
	static const char note[] = "note: PCI function 00:06.0 has neither MSI nor MSI-X: Linux in "
				   "cell \"net\" gets no interrupts from it";
	uint8_t config[256] = {
		0x00, 0x10, [6] = 0x10, [0x34] = 0x50, [0x50] = 1, 0x60, [0x60] = 5
	};

	make_cell();
	fake.functions[0].config = config;
	check_found(3, NULL);
	config[0x60] = 0x11;
	check_found(3, NULL);
	config[6] = 0; /* the status register says: no capability list */
	check_found(3, note);
	config[6] = 0x10;
	config[0x60] = 9;
	check_found(3, note);
	config[0x61] = 0x50; /* an endless capability list */
	check_found(3, note);
	memset(config, 0xff, sizeof(config)); /* a function of a cell reads as all ones */
	check_found(3, NULL);
}

TEST(without_mmconfig_there_is_no_pci)
{
	make_cell();
	cell.functions.first = 0x4000;
	machine.platform.x86.mmconfig_buses = 64;
	check_found(0, "note: the platform doesn't say where the configuration space of PCI "
		       "function 40:00.0 is");
	CHECK(!pci.any && !pci.buses[64]);
}

TEST(memory_that_dma_would_miss_is_noted)
{
	make_cell();
	cell.regions[0].size += 4096;
	check_found(3, "note: cell \"net\" sees its memory 0x20000000 at 0x0: DMA of a PCI "
		       "function would access memory that is not the cell's");
	cell.part.n_functions = 0;
	check_found(0, NULL);
}

/* More functions than a cell can have: the windows that don't fit are noted. */
TEST(functions_without_number_have_room)
{
	make_cell();
	cell.functions = (struct bh_range){ 0, 0x20000 };
	for (unsigned int i = 0; i < 4; i++) {
		fake.functions[i].name = "0000:";
		fake.functions[i].resource = resource;
	}
	check_found(PCI_WINDOWS, "doesn't have the registers");
}
