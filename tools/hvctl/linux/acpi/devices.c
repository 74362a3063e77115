// SPDX-License-Identifier: GPL-2.0
/* The DSDT: devices of an x86 cell, in AML (20.2). */
#include "linux/acpi/writer.h"

#define AML_STRING 0x0d
#define AML_SCOPE 0x10
#define AML_PACKAGE 0x12

static void put_string(struct writer *w, const char *text)
{
	put_number(w, AML_STRING, 1);
	put(w, text, strlen(text) + 1);
}

/* A device's resources, for its _CRS (6.4). */
struct resources {
	uint16_t port;
	uint8_t ports;
	const struct bh_region *memory;
	uint32_t irq; /* edge-triggered interrupt; 0: none */
};

/* Writes an I/O port descriptor (6.4.2.5). */
static void put_ports(struct writer *w, uint64_t first, uint64_t count)
{
	put(w, "\x47\x01", 2);
	put_number(w, first, 2);
	put_number(w, first, 2);
	put_number(w, 1, 1);
	put_number(w, count, 1);
}

/* Writes an address descriptor of memory: consumed, fixed, writable (6.4.3.5.1). */
static void put_memory(struct writer *w, uint64_t first, uint64_t size, bool cacheable)
{
	put(w, "\x8a\x2b\x00\x00\x0d", 5);
	put_number(w, cacheable ? 3 : 1, 1);
	put_number(w, 0, 8);
	put_number(w, first, 8);
	put_number(w, first + size - 1, 8);
	put_number(w, 0, 8);
	put_number(w, size, 8);
}

/* Writes an interrupt descriptor (6.4.3.6). */
static void put_irq(struct writer *w, uint32_t irq)
{
	put(w, "\x89\x06\x00\x03\x01", 5);
	put_number(w, irq, 4);
}

static void put_resources(struct writer *w, const struct resources *r)
{
	struct resource_list list = begin_resources(w);

	if (r->ports)
		put_ports(w, r->port, r->ports);
	if (r->memory)
		put_memory(w, r->memory->guest, r->memory->size, true);
	if (r->irq)
		put_irq(w, r->irq);
	end_resources(w, list);
}

/* ---- shared memory, as shared-port in device trees ---- */

/* Writes Package() { name, text }; if text is NULL, the number instead of the text. */
static void put_property(struct writer *w, const char *name, const char *text, uint32_t number)
{
	size_t package;

	put_number(w, AML_PACKAGE, 1);
	package = begin_package(w);
	put_number(w, 2, 1);
	put_string(w, name);
	if (text)
		put_string(w, text);
	else
		put_dword(w, number);
	end_package(w, package);
}

/* Writes device properties: _DSD with the UUID daffd814-6eba-4d8c-8a91-bc9bbf4aa301. */
static void put_properties(struct writer *w, const struct bh_shared *shared, uint32_t index,
			   bool read_only)
{
	size_t outer, inner;

	put_name(w, "_DSD");
	put_number(w, AML_PACKAGE, 1);
	outer = begin_package(w);
	put_number(w, 2, 1);
	put(w,
	    "\x11\x13\x0a\x10"
	    "\x14\xd8\xff\xda\xba\x6e\x8c\x4d\x8a\x91\xbc\x9b\xbf\x4a\xa3\x01",
	    20);
	put_number(w, AML_PACKAGE, 1);
	inner = begin_package(w);
	put_number(w, read_only ? 4 : 3, 1);
	put_property(w, "compatible", "bulkhead,shared-port", 0);
	put_property(w, "label", shared->name, 0);
	put_property(w, "bulkhead,index", NULL, index);
	if (read_only)
		put_property(w, "read-only", NULL, 1);
	end_package(w, inner);
	end_package(w, outer);
}

/* PRP0001: Linux finds the driver by the property "compatible". */
static void put_shared(struct writer *w, const struct bh_cell_part *part, uint32_t index)
{
	const struct bh_shared *shared = &bh_cell_shared(part)[index];
	const struct bh_region *region = &part->regions[shared->region];
	char name[5] = "SHxx";
	size_t device;

	if (!(region->flags & BH_REGION_READ))
		return;
	name[2] = (char)('0' + index / 10);
	name[3] = (char)('0' + index % 10);
	device = begin_device(w, name);
	put_string(w, "PRP0001");
	put_name(w, "_UID");
	put_dword(w, index);
	put_resources(w, &(struct resources){ .memory = region, .irq = shared->irq });
	put_properties(w, shared, index, !(region->flags & BH_REGION_WRITE));
	end_package(w, device);
}

/* ---- devices of the machine, from root's PNP ---- */

static void put_compatible(struct writer *w, const struct pnp_device *device)
{
	size_t package;
	unsigned int i;

	put_name(w, "_CID");
	put_number(w, AML_PACKAGE, 1);
	package = begin_package(w);
	put_number(w, device->n_ids - 1, 1);
	for (i = 1; i < device->n_ids; i++)
		put_dword(w, device->ids[i]);
	end_package(w, package);
}

static void put_pnp(struct writer *w, const struct pnp_device *device, unsigned int index)
{
	const char name[5] = { 'P', 'N', (char)('0' + index / 10), (char)('0' + index % 10), '\0' };
	size_t start = begin_device(w, name);
	struct resource_list list;
	unsigned int i;

	put_dword(w, device->ids[0]);
	if (device->n_ids > 1)
		put_compatible(w, device);
	put_name(w, "_UID");
	put_dword(w, index);
	list = begin_resources(w);
	for (i = 0; i < device->n; i++) {
		const struct pnp_resource *r = &device->resources[i];

		if (r->type == PNP_PORTS)
			put_ports(w, r->first, r->last - r->first + 1);
		else if (r->type == PNP_MEMORY)
			put_memory(w, r->first, r->last - r->first + 1, false);
		else
			put_irq(w, (uint32_t)r->first);
	}
	end_resources(w, list);
	end_package(w, start);
}

void put_devices(struct writer *w, const struct bh_cell_part *part, const struct linux_pci *pci,
		 const struct linux_pnp *pnp)
{
	size_t scope, device;
	uint32_t i;

	/* Sleep type 0 is S5, off: Name(_S5, Package() { 0, 0 }). */
	put_name(w, "_S5_");
	put(w, "\x12\x04\x02\x00\x00", 5);
	put_number(w, AML_SCOPE, 1);
	scope = begin_package(w);
	put(w, "\\_SB_", 5);
	device = begin_device(w, "RTC0");
	put_dword(w, 0x000bd041); /* PNP0B00 */
	put_resources(w, &(struct resources){ .port = 0x70, .ports = 2 });
	end_package(w, device);
	if (part->console_kind == BH_CONSOLE_16550) {
		device = begin_device(w, "COM1");
		put_dword(w, 0x0105d041); /* PNP0501 */
		put_resources(w, &(struct resources){ .port = (uint16_t)part->console_guest,
						      .ports = BH_16550_PORTS,
						      .irq = part->console_irq });
		end_package(w, device);
	}
	for (i = 0; i < part->n_shared && i < BH_MAX_SHARED; i++)
		put_shared(w, part, i);
	for (i = 0; i < pnp->n; i++)
		put_pnp(w, &pnp->devices[i], i);
	put_bridges(w, pci);
	end_package(w, scope);
}
