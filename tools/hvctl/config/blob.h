/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Reading a binary config (include/bulkhead/config.h). The bytes come from
 * anywhere: nothing is used before it was checked against the size, and
 * names and command lines are known to end.
 */
#ifndef HVCTL_CONFIG_BLOB_H
#define HVCTL_CONFIG_BLOB_H

#include <bulkhead/config.h>
#include <stdbool.h>
#include <stddef.h>

#define BLOB_MAX_CELLS 64u
#define BLOB_MAX_BYTES ((BLOB_MAX_CELLS + 2) * BH_PART_MAX)

/* The parts of a config; they point into the bytes that were parsed. */
struct blob {
	const struct bh_system_part *system; /* or NULL */
	const struct bh_cell_part *root;     /* or NULL */
	const struct bh_cell_part *cells[BLOB_MAX_CELLS];
	unsigned int n_cells;
};

/* What is wrong with a config, as the rest of a sentence that starts with the file's name. */
struct blob_error {
	char text[192];
};

/*
 * Fills in blob. data: 8-byte aligned, size bytes, stays valid and unchanged
 * as long as blob is used. False: *error says why, *blob is empty.
 */
bool blob_parse(struct blob *blob, const void *data, size_t size, struct blob_error *error);

/* The cell part of that name ("root" is none), or NULL. blob may be NULL. */
const struct bh_cell_part *blob_find(const struct blob *blob, const char *name);

/* Can a cell be called so? [A-Za-z0-9_-]+, with room for its NUL. */
bool blob_valid_name(const char *name);

/* Which region has this address? NULL: none. part may be NULL. */
const struct bh_region *region_at_phys(const struct bh_cell_part *part, uint64_t phys);
const struct bh_region *region_at_guest(const struct bh_cell_part *part, uint64_t guest);

/* Is all from first to last in one of these ranges? Is it the cell's: I/O ports, or registers at
 * the addresses that the machine has? */
bool in_ranges(const struct bh_range *ranges, uint32_t n, uint64_t first, uint64_t last);
bool has_ports(const struct bh_cell_part *part, uint64_t first, uint64_t last);
bool has_registers(const struct bh_cell_part *part, uint64_t first, uint64_t last);

#endif
