/* SPDX-License-Identifier: GPL-2.0 */
/* Configuration space of the machine's PCI functions. Nobody checks here. */
#ifndef ARCH_PCI_HW_H
#define ARCH_PCI_HW_H

#include <arch/pci.h>

uint32_t pci_hw_read(pci_bdf_t bdf, uint32_t offset, unsigned size);
void pci_hw_write(pci_bdf_t bdf, uint32_t offset, unsigned size, uint32_t value);

/* Registers in memory, of 4 bytes. */
uint32_t device_read(paddr_t at);
void device_write(paddr_t at, uint32_t value);

#endif
