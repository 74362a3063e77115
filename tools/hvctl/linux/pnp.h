/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The ids and resources of an x86 Linux cell's other devices, for its ACPI tables. The config only
 * has ports, registers and interrupts; root's Linux (/sys/bus/pnp) has the devices.
 */
#ifndef HVCTL_LINUX_PNP_H
#define HVCTL_LINUX_PNP_H

#include <bulkhead/config.h>
#include <stdbool.h>

#include "linux/pci.h"

#define PNP_DEVICES 16u
#define PNP_IDS 4u
#define PNP_RESOURCES 8u

enum pnp_type {
	PNP_PORTS,
	PNP_MEMORY,
	PNP_IRQ, /* ISA: edge-triggered, active high, number of the I/O APIC's pin */
};

struct pnp_resource {
	enum pnp_type type;
	uint64_t first, last;
};

struct pnp_device {
	uint32_t ids[PNP_IDS]; /* packed as in ACPI: the device's own id, then compatible ones */
	unsigned int n_ids, n;
	struct pnp_resource resources[PNP_RESOURCES];
};

struct linux_pnp {
	unsigned int n;
	struct pnp_device devices[PNP_DEVICES];
};

/* Finds the devices whose resources the cell has completely, at the same addresses. */
void linux_pnp_find(struct linux_pnp *pnp, const struct bh_cell_part *part);

/* Does the cell have registers or ports that belong to no PCI function and no such device? */
bool linux_pnp_leaves(const struct linux_pnp *pnp, const struct linux_pci *pci,
		      const struct bh_cell_part *part);

#endif
