// SPDX-License-Identifier: GPL-2.0
/* Guests' accesses to PCI configuration space: in memory, where they trap, and by ports, which are
 * emulated. */
#include <arch/pci_config.h>
#include <hyp/arch.h>
#include <hyp/pci.h>
#include <hyp/resource.h>

/* Accesses to a part of the address register, and to data while it is not enabled, reach
 * nothing. */
void pci_port(struct cell *cell, uint16_t port, unsigned size, bool write, uint32_t *value)
{
	uint32_t address = cell->arch.pci_address;
	pci_bdf_t bdf = (pci_bdf_t)(address >> 8);
	uint32_t offset = (address & 0xfc) | (port & 3u);

	if (port == PCI_PORT && size == 4) {
		if (write)
			cell->arch.pci_address = *value;
		*value = cell->arch.pci_address;
		return;
	}
	if (port < PCI_PORT_DATA || port % size || !(address >> 31)) {
		*value = ~0u >> (32 - 8 * size);
		return;
	}
	if (write)
		pci_guest_write(cell, bdf, offset, size, *value);
	else
		*value = pci_guest_read(cell, bdf, offset, size);
}

bool arch_pci_trap(struct cell *cell, mmio_handler handler, struct bh_refusal *r)
{
	const struct bh_x86_platform *platform = &system_config->platform.x86;

	return !platform->mmconfig_phys ||
	       trap_range(cell, platform->mmconfig_phys, (uint64_t)platform->mmconfig_buses << 20,
			  handler, NULL, BH_EXIT_MMIO_OTHER,
			  offsetof(struct bh_x86_platform, mmconfig_phys), r);
}

#define VENDOR_AMD 0x1022u
#define VENDOR_HYGON 0x1d94u
#define SMN_INDEX(offset) BIT((offset) / 4)
#define SMN_INDEXES (SMN_INDEX(0x60) | SMN_INDEX(0xb8) | SMN_INDEX(0xc4) | SMN_INDEX(0xf8))

/*
 * The pairs of index and data by which function 0 of an AMD root complex reaches the chip's
 * internal bus (SMN). Linux reads temperatures, power and errors there (k10temp, EDAC, HSMP), so
 * the index may be written; data, which move address ranges, may not.
 */
bool arch_pci_harmless(pci_bdf_t bdf, uint32_t offset, unsigned size)
{
	uint32_t vendor = arch_pci_read(bdf, 0, 2);

	return (vendor == VENDOR_AMD || vendor == VENDOR_HYGON) && !(bdf & 0xff) && size == 4 &&
	       offset < 256 && SMN_INDEXES >> offset / 4 & 1;
}
