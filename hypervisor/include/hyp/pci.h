/* SPDX-License-Identifier: GPL-2.0 */
/*
 * PCI functions (PCI Local Bus Specification 3.0): their owners, and what owners may write. An
 * architecture with hypervisor/pci provides what is declared at the end, and a pointer `functions`
 * in its struct arch_cell.
 */
#ifndef HYP_PCI_H
#define HYP_PCI_H

#include <hyp/cell.h>

/* A function's address: bus << 8 | device << 3 | function. */
typedef uint16_t pci_bdf_t;

/* Registers of the header */
#define PCI_COMMAND 0x04
#define PCI_CLASS 0x0a /* 2 bytes: base class << 8 | subclass */
#define PCI_HEADER_TYPE 0x0e
#define PCI_BAR 0x10
#define PCI_BUSES 0x18 /* of a bridge: the bus numbers behind it */
#define PCI_BARS 6u
#define PCI_ROM 0x30 /* the BAR of an expansion ROM */
#define PCI_CAPABILITIES 0x34
#define PCI_HEADER_END 0x40

#define PCI_COMMAND_IO 0x1u
#define PCI_COMMAND_MEMORY 0x2u
#define PCI_COMMAND_DECODE (PCI_COMMAND_IO | PCI_COMMAND_MEMORY)
#define PCI_COMMAND_MASTER 0x4u
#define PCI_COMMAND_NO_INTX 0x400u
/* Bits that a cell can write, if it has the ports and the interrupt. */
#define PCI_COMMAND_OWN (PCI_COMMAND_DECODE | PCI_COMMAND_MASTER | PCI_COMMAND_NO_INTX)

/* A function that a cell owns. */
struct pci_function {
	pci_bdf_t bdf;
	uint8_t msi, msix;    /* offsets of the capabilities (6.8), 0: absent */
	bool msi64;	      /* MSI has 64-bit addresses */
	uint16_t own, forced; /* bits of the command register: the cell's, and those always set */
	uint8_t sizing;	      /* bit mask of BARs to which the cell last wrote ones */
	uint32_t mask[PCI_BARS + 1]; /* what a BAR reads as while it is sized (6.2.5.1) */
	uint32_t entries;	     /* number of entries in the MSI-X table */
	paddr_t table;
	ipaddr_t table_guest; /* guest address of the page in which the table begins */
	struct cell *cell;
};

#define PCI_FUNCTIONS 63u /* of one cell: the list is one page */

/* Addresses that a function decodes; first > last: none. */
struct pci_span {
	uint64_t first, last;
	bool ports;
};

struct pci_functions {
	uint32_t n;
	struct pci_function list[PCI_FUNCTIONS];
};

/* Guests' accesses to configuration space. size: 1, 2 or 4 bytes within a double word. */
uint32_t pci_guest_read(struct cell *cell, pci_bdf_t bdf, uint32_t offset, unsigned size);
void pci_guest_write(struct cell *cell, pci_bdf_t bdf, uint32_t offset, unsigned size,
		     uint32_t value);

/*
 * pci_bar.c. pci_bar(): a BAR as it reads, with its upper half if it has one. pci_span(): what a BAR
 * or an expansion ROM decodes, and as masks the bits of its one or two registers that can be set;
 * returns the number of its bytes, 4 or 8. It writes to the BAR and restores it: the function must
 * not decode meanwhile.
 */
uint64_t pci_bar(pci_bdf_t bdf, uint32_t at);
unsigned pci_span(pci_bdf_t bdf, uint32_t at, struct pci_span *span, uint32_t mask[2]);

/* Does a config's region of device registers contain the span? It contains no address: yes. */
bool pci_in_config(const struct bh_cell_part *config, const struct pci_span *span);

/* Goes to the next capability (6.7), from PCI_CAPABILITIES - 1 to the first one. False: the last one
 * was passed. Callers bound the number of steps by PCI_CAPS_MAX: a list may be a ring. */
#define PCI_CAPS_MAX 48u /* capabilities that fit behind the header */
bool pci_next_capability(pci_bdf_t bdf, uint32_t *at);

/* pci_root.c: carries out root's write to one of its functions, or refuses and logs it. Any CPU of
 * root. */
void pci_root_write(pci_bdf_t bdf, uint32_t offset, unsigned size, uint32_t value);

/* Does a cell other than root have a function on one of these buses? */
bool pci_any_taken(unsigned first_bus, unsigned last_bus);

/* pci_msi.c: finds a function's capabilities and its MSI-X table. False: *r says why the cell can't
 * have the function. */
bool pci_msi_find(struct pci_function *f, uint32_t range, struct bh_refusal *r);
/* Unmaps the MSI-X table from the cell's second stage. */
void pci_msi_grant(struct pci_function *f);
/* Disables messages, and sets their addresses to the cell's first CPU. */
void pci_msi_reset(const struct pci_function *f);
/* Carries out a cell's write to a register behind the header, if pci_msi.c allows it. */
void pci_msi_write(const struct pci_function *f, uint32_t offset, unsigned size, uint32_t value);

/* ---- provided by the architecture ---- */

/* Traps the cell's accesses to configuration space in memory, if the platform has it there. */
bool arch_pci_trap(struct cell *cell, mmio_handler handler, struct bh_refusal *r);

/* Unchecked accesses to configuration space. Absent functions read all ones. */
uint32_t arch_pci_read(pci_bdf_t bdf, uint32_t offset, unsigned size);
void arch_pci_write(pci_bdf_t bdf, uint32_t offset, unsigned size, uint32_t value);

/* Root may write this device-specific register of a function that can move address ranges: it is
 * known to be harmless. */
bool arch_pci_harmless(pci_bdf_t bdf, uint32_t offset, unsigned size);

/* A 32-bit device register in memory. */
uint32_t arch_device_read(paddr_t at);
void arch_device_write(paddr_t at, uint32_t value);

/* The address of interrupt messages has an upper half of 0. arch_msi_address() returns the lower
 * half for a cell's first CPU. The others return whether a message with this lower half, or with
 * these data, can only be an interrupt for one CPU of the cell. */
uint32_t arch_msi_address(const struct cell *cell);
bool arch_msi_address_ok(const struct cell *cell, uint32_t address);
bool arch_msi_data_ok(uint32_t data);

#endif
