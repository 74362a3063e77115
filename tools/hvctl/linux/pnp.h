/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a Linux cell has to be told of the machine's other devices: their ids, by which drivers
 * know them. The config says only which ports, registers and pins are the cell's; root's Linux
 * knows whose they are (PNP).
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
	PNP_IRQ, /* an ISA interrupt: an edge, active high, and its number is that of the pin */
};

struct pnp_resource {
	enum pnp_type type;
	uint64_t first, last;
};

struct pnp_device {
	uint32_t ids[PNP_IDS]; /* as ACPI packs them: the device's own, compatible ones */
	unsigned int n_ids, n;
	struct pnp_resource resources[PNP_RESOURCES];
};

struct linux_pnp {
	unsigned int n;
	struct pnp_device devices[PNP_DEVICES];
};

/* Finds those of which the cell has all there is, at the same addresses. */
void linux_pnp_find(struct linux_pnp *pnp, const struct bh_cell_part *part);

/* Has the cell registers or ports that are neither a function's nor such a device's? */
bool linux_pnp_leaves(const struct linux_pnp *pnp, const struct linux_pci *pci,
		      const struct bh_cell_part *part);

#endif
