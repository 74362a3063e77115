/* SPDX-License-Identifier: GPL-2.0 */
/* Writes tables and AML into a buffer. */
#ifndef HVCTL_LINUX_ACPI_WRITER_H
#define HVCTL_LINUX_ACPI_WRITER_H

#include <bulkhead/config.h>
#include <endian.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "linux/pci.h"
#include "linux/pnp.h"

/* The buffer. Its size suffices for any config: an assertion in tables.c computes the maximum. */
struct writer {
	uint8_t *bytes;
	size_t used;
	uint64_t guest;
};

static inline void put(struct writer *w, const void *data, size_t size)
{
	memcpy(w->bytes + w->used, data, size);
	w->used += size;
}

static inline void set(struct writer *w, size_t offset, uint64_t value, size_t size)
{
	value = htole64(value);
	memcpy(w->bytes + offset, &value, size);
}

static inline void put_number(struct writer *w, uint64_t value, size_t size)
{
	set(w, w->used, value, size);
	w->used += size;
}

/*
 * aml.c: begin_package() reserves the length, end_package() fills it in; Name(name, ...);
 * Device(name), up to its _HID; Name(_CRS, ResourceTemplate() {...}).
 */
size_t begin_package(struct writer *w);
void end_package(struct writer *w, size_t start);
void put_name(struct writer *w, const char *name);
void put_dword(struct writer *w, uint64_t value);
size_t begin_device(struct writer *w, const char *name);

struct resource_list {
	size_t package, first;
};
struct resource_list begin_resources(struct writer *w);
void end_resources(struct writer *w, struct resource_list list);

/* pci.c: a host bridge for each bus. Limits of bytes for a bridge and for each window. */
#define BRIDGE_MAX 80u
#define WINDOW_MAX 46u
void put_bridges(struct writer *w, const struct linux_pci *pci);

/* devices.c: the DSDT. Limits of bytes for a shared region and for a PNP device. */
#define SHARED_MAX 300u
#define PNP_MAX (64u + 5u * PNP_IDS + 46u * PNP_RESOURCES)
void put_devices(struct writer *w, const struct bh_cell_part *part, const struct linux_pci *pci,
		 const struct linux_pnp *pnp);

#endif
