/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a Linux cell has to be told of its PCI functions: on which buses they are, and where
 * their registers are. The config says only which ones they are; root's Linux knows more.
 */
#ifndef HVCTL_LINUX_PCI_H
#define HVCTL_LINUX_PCI_H

#include <bulkhead/config.h>
#include <stdbool.h>

#define PCI_BUSES 256u
#define PCI_WINDOWS (63u * 6u) /* of the functions that a cell can have */

/* Registers of a function on that bus, which the cell has. */
struct pci_window {
	uint64_t first, last;
	uint8_t bus;
	bool ports;
};

struct linux_pci {
	bool any;
	bool buses[PCI_BUSES];
	unsigned int n;
	struct pci_window windows[PCI_WINDOWS];
};

/* Notes on the way what the cell's Linux can't use. */
void linux_pci_find(struct linux_pci *pci, const struct bh_system_part *system,
		    const struct bh_cell_part *part);

/* Does a function have registers or ports there? */
bool linux_pci_has(const struct linux_pci *pci, bool ports, uint64_t first, uint64_t size);

#endif
