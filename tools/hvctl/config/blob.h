/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Parses a binary config (include/bulkhead/config.h). The bytes are not trusted: each part is
 * checked against the size before use, and names and command lines are checked to be terminated.
 */
#ifndef HVCTL_CONFIG_BLOB_H
#define HVCTL_CONFIG_BLOB_H

#include <bulkhead/config.h>
#include <stdbool.h>
#include <stddef.h>

#define BLOB_MAX_CELLS 64u
#define BLOB_MAX_BYTES ((BLOB_MAX_CELLS + 2) * BH_PART_MAX)

/* The parts of a config; the pointers refer to the parsed bytes. */
struct blob {
	const struct bh_system_part *system; /* or NULL */
	const struct bh_cell_part *root;     /* or NULL */
	const struct bh_cell_part *cells[BLOB_MAX_CELLS];
	unsigned int n_cells;
};

/* The end of a sentence that starts with the file's name. */
struct blob_error {
	char text[192];
};

/*
 * Fills in blob. data: 8-byte aligned, size bytes, must stay valid and unchanged while blob is
 * used. False: *error has the reason, *blob is empty.
 */
bool blob_parse(struct blob *blob, const void *data, size_t size, struct blob_error *error);

/* Returns the cell part of that name, or NULL; the root part is no cell part. blob may be NULL. */
const struct bh_cell_part *blob_find(const struct blob *blob, const char *name);

/* Is this a valid name of a cell? [A-Za-z0-9_-]+, shorter than BH_NAME_SIZE. */
bool blob_valid_name(const char *name);

/* Return the part's region that contains the address; NULL: none. part may be NULL. */
const struct bh_region *region_at_phys(const struct bh_cell_part *part, uint64_t phys);
const struct bh_region *region_at_guest(const struct bh_cell_part *part, uint64_t guest);

/* Is first..last within one of the ranges? */
bool in_ranges(const struct bh_range *ranges, uint32_t n, uint64_t first, uint64_t last);
/* Is first..last within one range of the cell's I/O ports? */
bool has_ports(const struct bh_cell_part *part, uint64_t first, uint64_t last);
/* Does the cell have the registers first..last, at their physical addresses? */
bool has_registers(const struct bh_cell_part *part, uint64_t first, uint64_t last);

#endif
