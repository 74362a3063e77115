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
