/* SPDX-License-Identifier: GPL-2.0 */
/* The ports of PCI configuration space (PCI 3.0, 3.2.2.3.2). */
#ifndef ARCH_PCI_CONFIG_H
#define ARCH_PCI_CONFIG_H

#include <hyp/cell.h>

#define PCI_PORT 0xcf8u /* the address */
#define PCI_PORT_DATA 0xcfcu
#define PCI_PORT_END 0xd00u

/* A guest's access to one of them. */
void pci_port(struct cell *cell, uint16_t port, unsigned size, bool write, uint32_t *value);

#endif
