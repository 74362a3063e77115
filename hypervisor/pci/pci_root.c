// SPDX-License-Identifier: GPL-2.0
/*
 * What root may write to its functions. Registers that move address ranges could lay root's devices
 * over memory and registers of others, behind the second stage, so:
 *
 * - A function decodes only memory that root's second stage maps and that is no RAM in root's
 *   config. This is checked when decoding is switched on: before that, sizing writes ones to BARs
 *   (PCI 3.0, 6.2.5.1). While decoding is on, addresses stay as they are.
 * - Device-specific registers of host bridges and of other parts of the chipset, which move
 *   configuration space, ports or RAM, are not written at all, unless the architecture knows that
 *   they are harmless. Capabilities that Linux's PCI core uses are written.
 * - Bridges in front of a cell's function stay as they are.
 */
#include <hyp/arch.h>
#include <hyp/lock.h>
#include <hyp/log.h>
#include <hyp/pci.h>

#define WINDOW 0x20u /* of a bridge: the first register of its two memory windows */
#define WINDOW_WIDE 0x24u
#define WINDOW_UPPER 0x28u /* upper halves of the second one's base and limit */
#define BRIDGE_ROM 0x38u
#define INTERRUPT_LINE 0x3cu

/* Taken by CPUs of root only: keeps another CPU's write out while a function is judged. */
static uint32_t lock;

static bool is_roots(const struct pci_span *span)
{
	const struct cell *root = root_cell();

	return span->ports ||
	       (pci_in_config(root->config, span) && pt_maps(&root->s2, span->first, span->last));
}

/* A window has the upper 12 bits of base and limit (PCI-to-PCI bridges 1.2, 3.2.5.8). A register of
 * zeros at WINDOW_WIDE means that there is none. */
static bool window_is_roots(pci_bdf_t bdf, uint32_t at)
{
	uint32_t both = arch_pci_read(bdf, at, 4);
	struct pci_span span = { both << 16 & 0xfff00000u, both | 0xfffffu, false };

	if (at == WINDOW_WIDE && both & 1) {
		span.first |= (uint64_t)arch_pci_read(bdf, WINDOW_UPPER, 4) << 32;
		span.last |= (uint64_t)arch_pci_read(bdf, WINDOW_UPPER + 4, 4) << 32;
	}
	return (at == WINDOW_WIDE && !both) || is_roots(&span);
}

/* Is all memory root's that the function would decode? Decoding is off. */
static bool decodes_roots(pci_bdf_t bdf, unsigned type)
{
	uint32_t end = PCI_BAR + 4 * (type ? 2 : PCI_BARS);
	struct pci_span span;
	uint32_t mask[2];

	for (uint32_t at = PCI_BAR; at < end;) {
		at += pci_span(bdf, at, &span, mask);
		if (!is_roots(&span))
			return false;
	}
	pci_span(bdf, type ? BRIDGE_ROM : PCI_ROM, &span, mask);
	return is_roots(&span) && (!type || (type == 1 && window_is_roots(bdf, WINDOW) &&
					     window_is_roots(bdf, WINDOW_WIDE)));
}

/* Registers that have to do with addresses. Of a bridge, not its bus numbers, I/O and status. */
static bool is_address(unsigned type, uint32_t offset)
{
	return offset >= PCI_BAR && offset < INTERRUPT_LINE &&
	       !(type && (offset & ~7u) == PCI_BUSES);
}

/* False: not written, because the function decodes, or would decode what isn't root's. */
static bool write_judged(pci_bdf_t bdf, unsigned type, uint32_t offset, unsigned size,
			 uint32_t value)
{
	uint32_t command = arch_pci_read(bdf, PCI_COMMAND, 2);
	bool ok = true;

	if (command & PCI_COMMAND_MEMORY) {
		ok = !is_address(type, offset);
	} else if (offset == PCI_COMMAND && value & PCI_COMMAND_MEMORY) {
		arch_pci_write(bdf, PCI_COMMAND, 2, command & ~PCI_COMMAND_DECODE);
		ok = decodes_roots(bdf, type);
		arch_pci_write(bdf, PCI_COMMAND, 2, command);
	}
	if (ok)
		arch_pci_write(bdf, offset, size, value);
	return ok;
}

/* Bytes of a capability that root may write: power management, MSI, PCI Express, MSI-X. */
static unsigned bytes_of(unsigned id)
{
	return id == 0x01 ? 8 : id == 0x05 ? 24 : id == 0x10 ? 60 : id == 0x11 ? 12 : 0;
}

static bool in_capability(pci_bdf_t bdf, uint32_t offset)
{
	uint32_t at = PCI_CAPABILITIES - 1;

	for (unsigned i = 0; i < PCI_CAPS_MAX && pci_next_capability(bdf, &at); i++)
		if (offset - at < bytes_of(arch_pci_read(bdf, at, 1)))
			return true;
	return false;
}

#define HOST_BRIDGE 0x0600u

/* Memory controllers, bridges to other than PCI buses, and system peripherals such as address
 * decoders and IOMMUs (PCI Code and ID Assignment 1.11, 1.6, 1.7, 1.9). */
#define CHIPSET_CLASSES (1u << 5 | 1u << 6 | 1u << 8)

/* A host bridge decodes its BARs always. */
static bool may_write(pci_bdf_t bdf, unsigned type, uint32_t offset, unsigned size)
{
	unsigned class = arch_pci_read(bdf, PCI_CLASS, 2);
	uint32_t buses = arch_pci_read(bdf, PCI_BUSES, 4);

	if ((offset & ~3u) == PCI_BUSES)
		buses = 0xff0000; /* other numbers decide which function an address reaches */
	if (type == 1)
		return offset >= PCI_HEADER_END ||
		       !pci_any_taken(buses >> 8 & 0xff, buses >> 16 & 0xff);
	return !(CHIPSET_CLASSES >> (class >> 8 & 31) & 1) ||
	       offset < (class == HOST_BRIDGE ? PCI_BAR : PCI_HEADER_END) ||
	       in_capability(bdf, offset) || arch_pci_harmless(bdf, offset, size);
}

void pci_root_write(pci_bdf_t bdf, uint32_t offset, unsigned size, uint32_t value)
{
	unsigned type = arch_pci_read(bdf, PCI_HEADER_TYPE, 1) & 0x7f;
	bool ok;

	cpu_lock(&lock);
	ok = may_write(bdf, type, offset, size) && write_judged(bdf, type, offset, size, value);
	cpu_drop_lock();
	if (!ok)
		log_guest_message(BH_MSG_REFUSED, BH_ROOT_CELL, BH_E_PCI_WRITE,
				  (uint64_t)BH_F_PCI_REGISTER << 32 | offset, bdf);
}
