/* SPDX-License-Identifier: GPL-2.0 */
/* PCI functions of the model machine, and cells that have one of them. */
#ifndef PCI_MODEL_H
#define PCI_MODEL_H

#include "model.h"
#include <hyp/pci.h>

/* Registers in the hardware. */
void pci_put(unsigned bdf, unsigned offset, unsigned size, uint32_t value);
uint32_t pci_get(unsigned bdf, unsigned offset, unsigned size);

/* A guest's accesses: the address in configuration space, and an access by ports. */
uint64_t pci_at(unsigned bdf, unsigned offset);
void pci_by_port(unsigned bdf, unsigned offset, unsigned size, bool write, uint32_t *value);

/* The functions of pci_machine(). */
#define OWN 0x0010u    /* 00:02.0 */
#define OTHER 0x0018u  /* 00:03.0 */
#define BRIDGE 0x0100u /* 01:00.0 */
#define BAR 0xfebd0000u
#define MSI 0x50
#define MSIX 0x70
#define TABLE 0x1000u

/* A function with 64-bit MSI and with MSI-X of 4 entries (OWN), one without, a host bridge, a
 * bridge. */
void pci_machine(void);

/* Creates the cell of model_config() and runs as its CPU 2. pci_give(): a cell with these CPUs (CPU
 * 2 is one) and the function OWN. pci_start(): after pci_machine(), with CPUs 2 and 3. */
struct cell *pci_create(void);
struct cell *pci_give(uint64_t cpus);
struct cell *pci_start(void);

/* Creation is refused because of a function. */
void pci_refused(uint32_t code, uint32_t owner, uint32_t value);

#endif
