// SPDX-License-Identifier: GPL-2.0
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/say.h"
#include "config/blob.h"
#include "device/backend.h"
#include "linux/pci.h"

#define BARS 6
#define RESOURCE_PORTS 0x100u /* flag of a port window (Linux, include/linux/ioport.h) */
#define RESOURCE_MEMORY 0x200u
#define RESOURCE_UNSET 0x20000000u
#define LOW_END 0x100000u /* Linux reserves memory below it */

/* PCI 3.0, 6.1 and 6.7 */
#define CONFIG_BYTES 256
#define CONFIG_ABSENT 0xff
#define VENDOR_HIGH 0x01
#define STATUS 0x06
#define STATUS_CAPABILITIES 0x10
#define CAPABILITIES 0x34
#define HEADER_END 0x40
#define CAPABILITIES_MAX 48
#define CAPABILITY_MSI 0x05
#define CAPABILITY_MSIX 0x11

/* A function's name without its domain, such as 00:06.0. */
struct function_name {
	char text[8];
};

static struct function_name name_of(uint32_t bdf)
{
	struct function_name name;

	snprintf(name.text, sizeof(name.text), "%02x:%02x.%x", (uint8_t)(bdf >> 8),
		 (uint8_t)bdf >> 3, bdf & 7);
	return name;
}

static bool has_window(const struct bh_cell_part *part, const struct pci_window *window)
{
	return window->ports ? has_ports(part, window->first, window->last)
			     : has_registers(part, window->first, window->last);
}

/* Parses a line of the file "resource": first and last address, flags; all 0: no window. */
static void add_window(struct linux_pci *pci, const struct bh_cell_part *part, uint32_t bdf,
		       const char *line)
{
	struct pci_window window = { .bus = (uint8_t)(bdf >> 8) };
	uint64_t flags;

	if (sscanf(line, "%" SCNx64 " %" SCNx64 " %" SCNx64, &window.first, &window.last, &flags) !=
		    3 ||
	    !(flags & (RESOURCE_PORTS | RESOURCE_MEMORY)) || flags & RESOURCE_UNSET ||
	    window.last < window.first)
		return;
	window.ports = flags & RESOURCE_PORTS;
	if (has_window(part, &window) && pci->n < PCI_WINDOWS)
		pci->windows[pci->n++] = window;
	else
		say("note: cell \"%s\" doesn't have the %s 0x%" PRIx64 " to 0x%" PRIx64
		    " of PCI function %s, or not at that address: its Linux can't use them",
		    part->name, window.ports ? "I/O ports" : "registers", window.first, window.last,
		    name_of(bdf).text);
}

static void read_file(uint32_t bdf, const char *file, char *text, size_t size)
{
	char path[64];

	snprintf(path, sizeof(path), "/sys/bus/pci/devices/0000:%s/%s", name_of(bdf).text, file);
	backend_kernel_text(path, text, size);
}

static bool sends_messages(const uint8_t config[CONFIG_BYTES])
{
	uint8_t at = config[STATUS] & STATUS_CAPABILITIES ? config[CAPABILITIES] & 0xfc : 0;
	int i;

	for (i = 0; i < CAPABILITIES_MAX && at >= HEADER_END; i++) {
		if (config[at] == CAPABILITY_MSI || config[at] == CAPABILITY_MSIX)
			return true;
		at = config[at + 1] & 0xfc;
	}
	return false;
}

/*
 * Only the firmware knows which interrupt a function's pin raises, so cells get messages only. Root
 * can read the configuration space until the function is given to a cell.
 */
static void note_interrupts(const struct bh_cell_part *part, uint32_t bdf)
{
	uint8_t config[CONFIG_BYTES + 1];

	memset(config, CONFIG_ABSENT, sizeof(config));
	read_file(bdf, "config", (char *)config, sizeof(config));
	if (config[VENDOR_HIGH] != CONFIG_ABSENT && !sends_messages(config))
		say("note: PCI function %s has neither MSI nor MSI-X: Linux in cell \"%s\" gets no "
		    "interrupts from it",
		    name_of(bdf).text, part->name);
}

static void add_function(struct linux_pci *pci, const struct bh_system_part *system,
			 const struct bh_cell_part *part, uint32_t bdf)
{
	char text[2048], *line = text;
	int i;

	if (bdf >> 8 >= system->platform.x86.mmconfig_buses) {
		say("note: the platform doesn't say where the configuration space of PCI function "
		    "%s is in memory: Linux in cell \"%s\" isn't told of it",
		    name_of(bdf).text, part->name);
		return;
	}
	pci->any = pci->buses[bdf >> 8] = true;
	note_interrupts(part, bdf);
	read_file(bdf, "resource", text, sizeof(text));
	if (!text[0])
		say("note: root's Linux has no PCI function %s, so the addresses of its registers "
		    "are unknown: Linux in cell \"%s\" can't use them",
		    name_of(bdf).text, part->name);
	for (i = 0; i < BARS && *line; i++) {
		add_window(pci, part, bdf, line);
		line += strcspn(line, "\n");
		line += *line == '\n';
	}
	if (bdf & 7 && !in_ranges(bh_cell_functions(part), part->n_functions, bdf & ~7u, bdf & ~7u))
		say("note: Linux in cell \"%s\" doesn't find PCI function %s: it looks for it only "
		    "where it finds %s",
		    part->name, name_of(bdf).text, name_of(bdf & ~7u).text);
}

/* DMA uses physical addresses, so memory above 1 MiB must have equal guest addresses. */
static void note_memory(const struct bh_cell_part *part)
{
	uint32_t i;

	for (i = 0; i < part->n_regions; i++) {
		const struct bh_region *region = &part->regions[i];

		if (region->type == BH_REGION_RAM && region->phys != region->guest &&
		    region->guest + region->size > LOW_END) {
			say("note: cell \"%s\" sees its memory 0x%" PRIx64 " at 0x%" PRIx64
			    ": DMA of a PCI function would access memory that is not the cell's",
			    part->name, region->phys, region->guest);
			return;
		}
	}
}

void linux_pci_find(struct linux_pci *pci, const struct bh_system_part *system,
		    const struct bh_cell_part *part)
{
	const struct bh_range *ranges = bh_cell_functions(part);
	uint32_t i, n;

	memset(pci, 0, sizeof(*pci));
	for (i = 0; i < part->n_functions; i++)
		for (n = 0; n < ranges[i].count && ranges[i].first + n < PCI_BUSES << 8; n++)
			add_function(pci, system, part, ranges[i].first + n);
	if (pci->any)
		note_memory(part);
}

bool linux_pci_has(const struct linux_pci *pci, bool ports, uint64_t first, uint64_t size)
{
	unsigned int i;

	for (i = 0; i < pci->n; i++)
		if (pci->windows[i].ports == ports && pci->windows[i].first - first < size)
			return true;
	return false;
}
