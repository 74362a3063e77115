// SPDX-License-Identifier: GPL-2.0
/*
 * Host bridges for a cell's PCI functions, in AML (PCI Firmware 3.0, 4.1.3 and 4.5). Each bus with
 * functions is a host bridge of its own, because the cell owns no real bridge.
 */
#include "linux/acpi/writer.h"

#define PCI_HOST 0x030ad041u /* PNP0A03 */

enum address_type {
	ADDRESS_MEMORY,
	ADDRESS_PORTS,
	ADDRESS_BUS
}; /* ResourceType (6.4.3.5) */

/*
 * Writes a window that the bridge decodes: a descriptor of 64 bits for memory (6.4.3.5.1), of 16
 * bits for ports (6.4.3.5.3).
 */
static void put_range(struct writer *w, enum address_type type, uint64_t first, uint64_t last)
{
	static const uint8_t flags[] = { 0x01, 0x03, 0x00 }; /* writable; all ports */
	bool memory = type == ADDRESS_MEMORY;
	size_t size = memory ? 8 : 2;

	put_number(w, memory ? 0x8a : 0x88, 1);
	put_number(w, 3 + 5 * size, 2);
	put_number(w, type, 1);
	put_number(w, 0x0c, 1); /* fixed */
	put_number(w, flags[type], 1);
	put_number(w, 0, size);
	put_number(w, first, size);
	put_number(w, last, size);
	put_number(w, 0, size);
	put_number(w, last - first + 1, size);
}

static void put_bridge(struct writer *w, const struct linux_pci *pci, uint8_t bus)
{
	static const char digits[] = "0123456789ABCDEF";
	const char name[5] = { 'P', 'C', digits[bus >> 4], digits[bus & 0xf], '\0' };
	size_t device = begin_device(w, name);
	struct resource_list list;
	unsigned int i;

	put_dword(w, PCI_HOST);
	put_name(w, "_UID");
	put_dword(w, bus);
	put_name(w, "_SEG");
	put_dword(w, 0);
	put_name(w, "_BBN");
	put_dword(w, bus);
	list = begin_resources(w);
	put_range(w, ADDRESS_BUS, bus, bus);
	for (i = 0; i < pci->n; i++) {
		const struct pci_window *window = &pci->windows[i];

		if (window->bus == bus)
			put_range(w, window->ports ? ADDRESS_PORTS : ADDRESS_MEMORY, window->first,
				  window->last);
	}
	end_resources(w, list);
	end_package(w, device);
}

void put_bridges(struct writer *w, const struct linux_pci *pci)
{
	unsigned int bus;

	for (bus = 0; bus < PCI_BUSES; bus++)
		if (pci->buses[bus])
			put_bridge(w, pci, (uint8_t)bus);
}
