// SPDX-License-Identifier: GPL-2.0
/* What an x86 cell has, in the language of ACPI (20.2). */
#include "acpi_writer.h"

#define AML_STRING 0x0d
#define AML_SCOPE 0x10
#define AML_PACKAGE 0x12

static void put_string(struct writer *w, const char *text)
{
	put_number(w, AML_STRING, 1);
	put(w, text, strlen(text) + 1);
}

/* What _CRS lists (6.4). */
struct resources {
	uint16_t port;
	uint8_t ports;
	const struct bh_region *memory;
	uint32_t irq; /* an edge; 0: none */
};

/* Of a port (6.4.2.5), memory (6.4.3.5.1), an interrupt (6.4.3.6). */
static void put_resources(struct writer *w, const struct resources *r)
{
	struct resource_list list = begin_resources(w);

	if (r->ports) {
		put(w, "\x47\x01", 2);
		put_number(w, r->port, 2);
		put_number(w, r->port, 2);
		put_number(w, 1, 1);
		put_number(w, r->ports, 1);
	}
	if (r->memory) { /* consumed, fixed, writable, cacheable */
		put(w, "\x8a\x2b\x00\x00\x0d\x03", 6);
		put_number(w, 0, 8);
		put_number(w, r->memory->guest, 8);
		put_number(w, r->memory->guest + r->memory->size - 1, 8);
		put_number(w, 0, 8);
		put_number(w, r->memory->size, 8);
	}
	if (r->irq) {
		put(w, "\x89\x06\x00\x03\x01", 5);
		put_number(w, r->irq, 4);
	}
	end_resources(w, list);
}

/* ---- shared memory: what a device tree has as shared-port ---- */

/* One of a package's elements: Package() { "name", text, or a number }. */
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

/* Device properties (ACPI's _DSD, with daffd814-6eba-4d8c-8a91-bc9bbf4aa301). */
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

/* Linux finds its driver by "compatible": that is what PRP0001 means to it. */
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

void put_devices(struct writer *w, const struct bh_cell_part *part, const struct linux_pci *pci)
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
	put_bridges(w, pci);
	end_package(w, scope);
}
