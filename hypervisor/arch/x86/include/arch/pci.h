/* SPDX-License-Identifier: GPL-2.0 */
/* PCI functions: who has them, and what their owners may write. */
#ifndef ARCH_PCI_H
#define ARCH_PCI_H

#include <hyp/cell.h>

/* A function's address: bus << 8 | device << 3 | function. */
typedef uint16_t pci_bdf_t;

#define PCI_COMMAND 0x04
#define PCI_HEADER_TYPE 0x0e
#define PCI_BAR 0x10
#define PCI_BUSES 0x18 /* of a bridge: what leads to which function */
#define PCI_BARS 6u
#define PCI_ROM 0x30 /* a BAR too */
#define PCI_CAPABILITIES 0x34
#define PCI_HEADER_END 0x40

#define PCI_COMMAND_MEMORY BIT(1)
#define PCI_COMMAND_OWN (BIT(0) | PCI_COMMAND_MEMORY | BIT(2) | BIT(10)) /* I/O, master, INTx off */

/*
 * A cell's function, what its BARs read as when they are sized (PCI 3.0, 6.2.5.1), and where its
 * interrupt messages are (6.8); offsets 0: nowhere.
 */
struct pci_function {
	pci_bdf_t bdf;
	uint8_t msi, msix; /* capabilities */
	bool msi64;	   /* MSI with an upper half of the address */
	uint8_t sizing;	   /* a bit a BAR: its cell has written ones. Of its CPUs, in any order */
	uint32_t mask[PCI_BARS];
	uint32_t entries; /* of the MSI-X table */
	paddr_t table;	  /* physically, and as the cell sees it */
	ipaddr_t table_guest;
	struct cell *cell;
};

#define PCI_FUNCTIONS 63u /* of one cell: a page */

struct pci_functions {
	uint32_t n;
	struct pci_function list[PCI_FUNCTIONS];
};

/* Config accesses of guests: offset, size 1, 2, 4 within a double word. */
uint32_t pci_guest_read(struct cell *cell, pci_bdf_t bdf, uint32_t offset, unsigned size);
void pci_guest_write(struct cell *cell, pci_bdf_t bdf, uint32_t offset, unsigned size,
		     uint32_t value);

/* Ports 0xcf8 to 0xcff. */
#define PCI_PORT 0xcf8u
#define PCI_PORT_DATA 0xcfcu
#define PCI_PORT_END 0xd00u
void pci_port(struct cell *cell, uint16_t port, unsigned size, bool write, uint32_t *value);

/* pci_msi.c. Look for capabilities and tables: false: *r says why the cell can't have it. */
bool pci_msi_find(struct pci_function *f, uint32_t range, struct bh_refusal *r);
/* Take the tables out of the cell's second stage. */
void pci_msi_grant(struct pci_function *f);
/* No message before the cell asks for one, and then none but to its CPUs. */
void pci_msi_reset(const struct pci_function *f);
/* A write to what isn't the header: what is allowed is done. */
void pci_msi_write(const struct pci_function *f, uint32_t offset, unsigned size, uint32_t value);

#endif
