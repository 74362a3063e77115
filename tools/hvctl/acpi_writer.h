/* SPDX-License-Identifier: GPL-2.0 */
/* How acpi_tables.c and acpi_devices.c write. */
#ifndef HVCTL_ACPI_WRITER_H
#define HVCTL_ACPI_WRITER_H

#include <bulkhead/config.h>
#include <endian.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

/* What is written so far. What a config makes of it is known to fit: see acpi_tables(). */
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

/* The bytes of the DSDT. A shared region takes up to this many. */
#define SHARED_MAX 300u
void put_devices(struct writer *w, const struct bh_cell_part *part);

#endif
