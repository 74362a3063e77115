/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The buses and registers of an x86 Linux cell's PCI functions, for its ACPI tables. The config
 * only has the functions' numbers; root's Linux (sysfs) has the rest.
 */
#ifndef HVCTL_LINUX_PCI_H
#define HVCTL_LINUX_PCI_H

#include <bulkhead/config.h>
#include <stdbool.h>

#define PCI_BUSES 256u
#define PCI_WINDOWS (63u * 6u) /* 6 for each of the functions that a cell can have */

/* Registers or ports of a function on the bus, which the cell has. */
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

/* Fills in pci. Prints notes about functions and registers that the cell's Linux can't use. */
void linux_pci_find(struct linux_pci *pci, const struct bh_system_part *system,
		    const struct bh_cell_part *part);

/* Does a window of a function start in the range? */
bool linux_pci_has(const struct linux_pci *pci, bool ports, uint64_t first, uint64_t size);

#endif
