// SPDX-License-Identifier: GPL-2.0
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "config/architectures.h"
#include "config/blob.h"

/* The parser's position. */
struct cursor {
	const uint8_t *data;
	size_t size;
	size_t at;
	struct blob_error *error;
};

/* Formats the error, with the position. Returns false. */
static bool wrong(const struct cursor *cursor, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

static bool wrong(const struct cursor *cursor, const char *format, ...)
{
	char *text = cursor->error->text;
	size_t room = sizeof(cursor->error->text);
	va_list arguments;
	int used;

	va_start(arguments, format);
	used = vsnprintf(text, room, format, arguments);
	va_end(arguments);
	if (used > 0 && (size_t)used < room)
		snprintf(text + used, room - used, " (at byte %zu)", cursor->at);
	return false;
}

static bool ends_within(const char *text, size_t size)
{
	return memchr(text, '\0', size) != NULL;
}

bool blob_valid_name(const char *name)
{
	size_t length = strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
				     "0123456789_-");

	return length > 0 && length < BH_NAME_SIZE && name[length] == '\0';
}

static bool check_name(const struct cursor *cursor, const char name[BH_NAME_SIZE])
{
	if (!ends_within(name, BH_NAME_SIZE))
		return wrong(cursor, "has a name of more than %u characters", BH_NAME_SIZE - 1);
	if (!blob_valid_name(name))
		return wrong(
			cursor,
			"has an invalid name: 1 to 31 letters, digits, '_' and '-' are allowed");
	return true;
}

static bool is_known_arch(uint16_t arch)
{
#define EQUALS(name, number, ...) || arch == BH_ARCH_##number
	return false ARCHITECTURES(EQUALS);
}

static bool check_header(const struct cursor *cursor, const struct bh_part_header *header)
{
	size_t left = cursor->size - cursor->at;

	if (left < sizeof(*header))
		return wrong(cursor, "is truncated: %zu bytes are too few for a config part", left);
	if (header->magic != BH_PART_MAGIC)
		return wrong(cursor, "is not a Bulkhead config: its magic is 0x%08" PRIx32,
			     header->magic);
	if (header->version != BH_ABI_VERSION)
		return wrong(cursor, "is for ABI version %u.%u, this hvctl has %u.%u",
			     header->version >> 16, header->version & 0xffff, BH_ABI_MAJOR,
			     BH_ABI_MINOR);
	if (!is_known_arch(header->arch))
		return wrong(cursor, "is for another architecture (number %u)", header->arch);
	if (header->size > BH_PART_MAX || header->size % 8 != 0)
		return wrong(cursor,
			     "has a part of %" PRIu32
			     " bytes: not a multiple of 8, or more than %u",
			     header->size, BH_PART_MAX);
	if (header->size > left)
		return wrong(cursor, "is truncated: a part of %" PRIu32 " bytes has only %zu",
			     header->size, left);
	return true;
}

/* A part's size must be exactly what its counts require. */
static bool check_size(const struct cursor *cursor, uint32_t has, size_t needs)
{
	if (has == needs)
		return true;
	return wrong(cursor, "has a part of %" PRIu32 " bytes; its counts require %zu", has, needs);
}

static bool take_system(const struct cursor *cursor, struct blob *blob)
{
	const struct bh_system_part *part = (const void *)(cursor->data + cursor->at);

	if (blob->system || blob->root || blob->n_cells)
		return wrong(cursor, "has a system part that is not the first part");
	if (part->header.size < sizeof(*part))
		return check_size(cursor, part->header.size, sizeof(*part));
	if (part->n_cpus == 0 || part->n_cpus > BH_MAX_CPUS)
		return wrong(cursor, "has %" PRIu32 " CPUs; 1 to %u are possible", part->n_cpus,
			     BH_MAX_CPUS);
	if (!check_size(cursor, part->header.size, bh_system_bytes(part)))
		return false;
	if (!check_name(cursor, part->name))
		return false;
	blob->system = part;
	return true;
}

/* Checks the part's shared regions. The caller has checked that the part is large enough. */
static bool check_shared(const struct cursor *cursor, const struct bh_cell_part *part)
{
	const struct bh_shared *shared = bh_cell_shared(part);
	uint32_t i;

	for (i = 0; i < part->n_shared; i++) {
		if (!check_name(cursor, shared[i].name))
			return false;
		if (shared[i].region >= part->n_regions)
			return wrong(cursor,
				     "names region %u of cell \"%s\", which has %" PRIu32
				     " regions",
				     shared[i].region, part->name, part->n_regions);
	}
	return true;
}

static bool check_counts(const struct cursor *cursor, const struct bh_cell_part *part)
{
	uint32_t count;

	switch (bh_cell_bad_count(part, &count)) {
	case BH_F_NONE:
		return true;
	case BH_F_REGION_COUNT:
		return wrong(cursor, "has %" PRIu32 " regions in cell \"%s\"; 1 to %u are possible",
			     count, part->name, BH_MAX_REGIONS);
	case BH_F_IRQ_COUNT:
		return wrong(cursor,
			     "has %" PRIu32
			     " interrupt ranges in cell \"%s\"; at most %u are possible",
			     count, part->name, BH_MAX_IRQ_RANGES);
	case BH_F_SHARED_COUNT:
		return wrong(cursor,
			     "has %" PRIu32
			     " named shared regions in cell \"%s\"; at most %u are possible",
			     count, part->name, BH_MAX_SHARED);
	default:
		return wrong(cursor,
			     "has %" PRIu32 " ranges of ports and %" PRIu32
			     " of PCI functions in cell \"%s\"; at most %u each are possible",
			     part->n_ports, part->n_functions, part->name, BH_MAX_IRQ_RANGES);
	}
}

static bool check_cell(const struct cursor *cursor, const struct bh_cell_part *part)
{
	if (part->header.size < sizeof(*part))
		return check_size(cursor, part->header.size, sizeof(*part));
	if (!check_name(cursor, part->name))
		return false;
	if (!check_counts(cursor, part))
		return false;
	if (!ends_within(part->args, BH_ARGS_SIZE))
		return wrong(cursor, "has a command line that is not terminated in cell \"%s\"",
			     part->name);
	return check_size(cursor, part->header.size, bh_cell_bytes(part)) &&
	       check_shared(cursor, part);
}

static bool take_root(const struct cursor *cursor, struct blob *blob)
{
	const struct bh_cell_part *part = (const void *)(cursor->data + cursor->at);

	if (!check_cell(cursor, part))
		return false;
	if (blob->root || blob->n_cells)
		return wrong(cursor, "has a root part that comes after another root or cell part");
	blob->root = part;
	return true;
}

static bool take_cell(const struct cursor *cursor, struct blob *blob)
{
	const struct bh_cell_part *part = (const void *)(cursor->data + cursor->at);

	if (!check_cell(cursor, part))
		return false;
	if (blob->n_cells == BLOB_MAX_CELLS)
		return wrong(cursor, "has more than %u cells", BLOB_MAX_CELLS);
	if (blob_find(blob, part->name))
		return wrong(cursor, "has two cells named \"%s\"", part->name);
	blob->cells[blob->n_cells++] = part;
	return true;
}

static bool take_part(const struct cursor *cursor, struct blob *blob, uint16_t kind)
{
	switch (kind) {
	case BH_PART_SYSTEM:
		return take_system(cursor, blob);
	case BH_PART_ROOT:
		return take_root(cursor, blob);
	case BH_PART_CELL:
		return take_cell(cursor, blob);
	}
	return wrong(cursor, "has a part of unknown kind %u", kind);
}

bool blob_parse(struct blob *blob, const void *data, size_t size, struct blob_error *error)
{
	struct cursor cursor = { data, size, 0, error };

	memset(blob, 0, sizeof(*blob));
	if (size == 0)
		return wrong(&cursor, "is empty");
	while (cursor.at < size) {
		const struct bh_part_header *header = (const void *)(cursor.data + cursor.at);

		if (!check_header(&cursor, header) || !take_part(&cursor, blob, header->kind)) {
			memset(blob, 0, sizeof(*blob));
			return false;
		}
		cursor.at += header->size;
	}
	return true;
}

const struct bh_cell_part *blob_find(const struct blob *blob, const char *name)
{
	unsigned int i;

	for (i = 0; blob && i < blob->n_cells; i++) {
		if (strcmp(blob->cells[i]->name, name) == 0)
			return blob->cells[i];
	}
	return NULL;
}

const struct bh_region *region_at_phys(const struct bh_cell_part *part, uint64_t phys)
{
	uint32_t i;

	for (i = 0; part && i < part->n_regions; i++) {
		const struct bh_region *region = &part->regions[i];

		if (phys >= region->phys && phys - region->phys < region->size)
			return region;
	}
	return NULL;
}

bool in_ranges(const struct bh_range *ranges, uint32_t n, uint64_t first, uint64_t last)
{
	uint32_t i;

	for (i = 0; i < n; i++)
		if (first >= ranges[i].first && last < (uint64_t)ranges[i].first + ranges[i].count)
			return true;
	return false;
}

bool has_ports(const struct bh_cell_part *part, uint64_t first, uint64_t last)
{
	return in_ranges(bh_cell_ports(part), part->n_ports, first, last);
}

bool has_registers(const struct bh_cell_part *part, uint64_t first, uint64_t last)
{
	const struct bh_region *region = region_at_phys(part, first);

	return region && region->type == BH_REGION_MMIO && region->guest == region->phys &&
	       last - region->phys < region->size;
}

const struct bh_region *region_at_guest(const struct bh_cell_part *part, uint64_t guest)
{
	uint32_t i;

	for (i = 0; part && i < part->n_regions; i++) {
		const struct bh_region *region = &part->regions[i];

		if (guest >= region->guest && guest - region->guest < region->size)
			return region;
	}
	return NULL;
}
