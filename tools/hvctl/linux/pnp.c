// SPDX-License-Identifier: GPL-2.0
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config/blob.h"
#include "device/backend.h"
#include "linux/pnp.h"

#define NUMBERS 256u /* Linux numbers ACPI's devices from 0 */
#define ISA_IRQS 16u
#define PORTS_MAX 255u	  /* limit of a descriptor (ACPI 6.5, 6.4.2.5) */
#define CLOCK_PORTS 0x70u /* the clock, which is emulated for all cells */
#define N_CLOCK_PORTS 2u

static void read_file(unsigned int number, const char *file, char *text, size_t size)
{
	char path[64];

	snprintf(path, sizeof(path), "/sys/bus/pnp/devices/00:%02x/%s", number, file);
	backend_kernel_text(path, text, size);
}

/* Terminates the first line; returns the next one. */
static char *cut_line(char *text)
{
	text += strcspn(text, "\n");
	if (*text)
		*text++ = '\0';
	return text;
}

/* ---- ids ---- */

/* Packs three letters of 5 bits and four hexadecimal digits, big-endian (ACPI 6.5, 19.3.4). */
static void add_id(struct pnp_device *device, const char *id)
{
	uint32_t letters = 0;
	unsigned int i;

	if (strlen(id) != 7 || strspn(id + 3, "0123456789abcdefABCDEF") != 4 ||
	    device->n_ids == PNP_IDS)
		return;
	for (i = 0; i < 3; i++) {
		if (id[i] < 'A' || id[i] > 'Z')
			return;
		letters = letters << 5 | (uint32_t)(id[i] - 'A' + 1);
	}
	device->ids[device->n_ids++] =
		__builtin_bswap32(letters << 16 | (uint32_t)strtoul(id + 3, NULL, 16));
}

static bool read_ids(struct pnp_device *device, unsigned int number)
{
	char text[128], *line = text, *next;

	read_file(number, "id", text, sizeof(text));
	for (; *line; line = next) {
		next = cut_line(line);
		add_id(device, line);
	}
	return device->n_ids;
}

/* ---- resources ---- */

static bool overlap(const struct pnp_resource *resource, uint64_t first, uint64_t count)
{
	return resource->first < first + count && resource->last >= first;
}

/* Are the ports those of an emulated device of the cell? */
static bool is_emulated(const struct bh_cell_part *part, const struct pnp_resource *ports)
{
	return overlap(ports, CLOCK_PORTS, N_CLOCK_PORTS) ||
	       (part->console_kind == BH_CONSOLE_16550 &&
		overlap(ports, part->console_guest, BH_16550_PORTS));
}

static bool has_resource(const struct bh_cell_part *part, const struct pnp_resource *resource)
{
	uint64_t first = resource->first, last = resource->last;

	if (last < first)
		return false;
	if (resource->type == PNP_PORTS)
		return last - first < PORTS_MAX && has_ports(part, first, last) &&
		       !is_emulated(part, resource);
	if (resource->type == PNP_MEMORY)
		return has_registers(part, first, last);
	return first && first < ISA_IRQS &&
	       in_ranges(bh_cell_irqs(part), part->n_irqs, first, last);
}

/* Parses a line such as "io 0x2f8-0x2ff", "mem 0xfed40000-0xfed44fff" or "irq 3". */
static bool parse_resource(struct pnp_resource *resource, const char *line)
{
	int end = 0;

	if (sscanf(line, "io %" SCNx64 "-%" SCNx64 "%n", &resource->first, &resource->last, &end) ==
	    2) {
		resource->type = PNP_PORTS;
	} else if (sscanf(line, "mem %" SCNx64 "-%" SCNx64 "%n", &resource->first, &resource->last,
			  &end) == 2) {
		resource->type = PNP_MEMORY;
	} else if (sscanf(line, "irq %" SCNu64 "%n", &resource->first, &end) == 1) {
		resource->type = PNP_IRQ;
		resource->last = resource->first;
	}
	return end && !line[end];
}

/* False: the cell lacks a resource, or one is of an unsupported kind (DMA channels, bridges). */
static bool read_resources(struct pnp_device *device, const struct bh_cell_part *part,
			   unsigned int number)
{
	char text[1024], *line, *next;
	bool any = false;

	read_file(number, "resources", text, sizeof(text));
	if (strlen(text) == sizeof(text) - 1) /* truncated */
		return false;
	line = cut_line(text);
	if (strcmp(text, "state = active") != 0)
		return false;
	for (; *line; line = next) {
		struct pnp_resource *resource = &device->resources[device->n];

		next = cut_line(line);
		if (device->n == PNP_RESOURCES || !parse_resource(resource, line) ||
		    !has_resource(part, resource))
			return false;
		any |= resource->type != PNP_IRQ;
		device->n++;
	}
	return any;
}

void linux_pnp_find(struct linux_pnp *pnp, const struct bh_cell_part *part)
{
	unsigned int number;

	memset(pnp, 0, sizeof(*pnp));
	for (number = 0; number < NUMBERS && pnp->n < PNP_DEVICES; number++) {
		struct pnp_device *device = &pnp->devices[pnp->n];

		memset(device, 0, sizeof(*device));
		if (read_ids(device, number) && read_resources(device, part, number))
			pnp->n++;
	}
}

/* ---- resources without a device ---- */

static bool has_any(const struct linux_pnp *pnp, enum pnp_type type, uint64_t first, uint64_t size)
{
	unsigned int i, n;

	for (i = 0; i < pnp->n; i++)
		for (n = 0; n < pnp->devices[i].n; n++)
			if (pnp->devices[i].resources[n].type == type &&
			    pnp->devices[i].resources[n].first - first < size)
				return true;
	return false;
}

bool linux_pnp_leaves(const struct linux_pnp *pnp, const struct linux_pci *pci,
		      const struct bh_cell_part *part)
{
	const struct bh_range *ports = bh_cell_ports(part);
	uint32_t i;

	for (i = 0; i < part->n_ports; i++)
		if (!linux_pci_has(pci, true, ports[i].first, ports[i].count) &&
		    !has_any(pnp, PNP_PORTS, ports[i].first, ports[i].count))
			return true;
	for (i = 0; i < part->n_regions; i++) {
		const struct bh_region *region = &part->regions[i];

		if (region->type == BH_REGION_MMIO &&
		    !linux_pci_has(pci, false, region->phys, region->size) &&
		    !has_any(pnp, PNP_MEMORY, region->phys, region->size))
			return true;
	}
	return false;
}
