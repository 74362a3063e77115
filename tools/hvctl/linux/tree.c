// SPDX-License-Identifier: GPL-2.0
#include <inttypes.h>
#include <libfdt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config/blob.h"
#include "linux/tree.h"

#define BOOTARGS_MAX 2047u /* Linux's COMMAND_LINE_SIZE - 1 */
#define CHOSEN_ROOM 1024u  /* bytes for other properties of /chosen than bootargs */

static bool check(const void *tree, size_t size, const char *what, struct file_error *error)
{
	int status = size < FDT_V1_SIZE ? -FDT_ERR_TRUNCATED : fdt_check_full(tree, size);

	return !status ? true : wrong(error, "%s is broken: %s", what, fdt_strerror(status));
}

static bool apply_overlay(void *tree, const struct linux_tree_source *source,
			  struct file_error *error)
{
	void *overlay = malloc(source->overlay_size);
	int status;

	if (!overlay)
		return wrong(error, "there is no memory for the overlay");
	memcpy(overlay, source->overlay, source->overlay_size); /* libfdt destroys it */
	status = fdt_overlay_apply(tree, overlay);
	free(overlay);
	if (status == -FDT_ERR_NOSPACE)
		return wrong(error, "the overlay makes the device tree too large");
	return !status ? true
		       : wrong(error, "the overlay doesn't fit the device tree: %s",
			       fdt_strerror(status));
}

/* Is the whole range RAM of the cell? */
static bool is_ram(const struct bh_cell_part *part, uint64_t start, uint64_t size)
{
	while (size) {
		const struct bh_region *region = region_at_guest(part, start);
		uint64_t bytes;

		if (!region || region->type != BH_REGION_RAM)
			return false;
		bytes = region->guest + region->size - start;
		if (bytes >= size)
			return true;
		start += bytes;
		size -= bytes;
	}
	return true;
}

static uint64_t take_cells(const fdt32_t **cells, int n)
{
	uint64_t value = 0;

	while (n--)
		value = value << 32 | fdt32_to_cpu(*(*cells)++);
	return value;
}

static bool check_memory_node(const void *tree, int node, const struct bh_cell_part *part,
			      struct file_error *error)
{
	int address_cells = fdt_address_cells(tree, 0), size_cells = fdt_size_cells(tree, 0);
	int length, entry = 4 * (address_cells + size_cells);
	const fdt32_t *reg = fdt_getprop(tree, node, "reg", &length);

	if (!reg || address_cells < 1 || address_cells > 2 || size_cells < 1 || size_cells > 2 ||
	    !length || length % entry)
		return wrong(error, "the device tree's %s has no usable reg",
			     fdt_get_name(tree, node, NULL));
	for (; length; length -= entry) {
		uint64_t start = take_cells(&reg, address_cells);
		uint64_t size = take_cells(&reg, size_cells);

		if (!is_ram(part, start, size))
			return wrong(error,
				     "the device tree names 0x%" PRIx64
				     " bytes of memory at 0x%" PRIx64
				     ", which are not all RAM of cell \"%s\"",
				     size, start, part->name);
	}
	return true;
}

static bool check_memory(const void *tree, const struct bh_cell_part *part,
			 struct file_error *error)
{
	static const char type[] = "memory";
	unsigned int found = 0;
	int node = -1;

	for (;;) {
		node = fdt_node_offset_by_prop_value(tree, node, "device_type", type, sizeof(type));
		if (node < 0)
			break;
		if (!check_memory_node(tree, node, part, error))
			return false;
		found++;
	}
	return found ? true : wrong(error, "the device tree names no memory");
}

static int set_initrd(void *tree, int chosen, const struct linux_tree_source *source)
{
	uint64_t start = source->initrd;
	int status;

	if (!source->initrd_size) {
		fdt_delprop(tree, chosen, "linux,initrd-start");
		fdt_delprop(tree, chosen, "linux,initrd-end");
		return 0;
	}
	status = fdt_setprop_u64(tree, chosen, "linux,initrd-start", start);
	return status ? status
		      : fdt_setprop_u64(tree, chosen, "linux,initrd-end",
					start + source->initrd_size);
}

/* 8 bytes of the seed randomize the kernel's address, the rest its random number generator. */
static int set_seeds(void *tree, int chosen, const uint8_t seed[64])
{
	int status = fdt_setprop(tree, chosen, "kaslr-seed", seed, 8);

	return status ? status : fdt_setprop(tree, chosen, "rng-seed", seed + 8, 56);
}

static bool fill_chosen(void *tree, const struct linux_tree_source *source,
			struct file_error *error)
{
	int chosen = fdt_path_offset(tree, "/chosen"), status = 0;

	if (chosen == -FDT_ERR_NOTFOUND)
		chosen = fdt_add_subnode(tree, 0, "chosen");
	if (chosen < 0)
		status = chosen;
	if (!status && source->bootargs)
		status = fdt_setprop_string(tree, chosen, "bootargs", source->bootargs);
	if (!status)
		status = set_initrd(tree, chosen, source);
	if (!status)
		status = set_seeds(tree, chosen, source->seed);
	return !status ? true
		       : wrong(error, "the device tree's /chosen can't be filled in: %s",
			       fdt_strerror(status));
}

static bool make(const struct linux_tree_source *source, const struct bh_cell_part *part,
		 void *tree, size_t size, struct file_error *error)
{
	int status = fdt_open_into(source->tree, tree, (int)size);

	if (status)
		return wrong(error, "the device tree can't be used: %s", fdt_strerror(status));
	if (source->overlay && !apply_overlay(tree, source, error))
		return false;
	return check_memory(tree, part, error) && fill_chosen(tree, source, error);
}

bool linux_tree(const struct linux_tree_source *source, const struct bh_cell_part *part,
		size_t room, void **out, size_t *out_size, struct file_error *error)
{
	size_t bootargs = source->bootargs ? strlen(source->bootargs) : 0;
	size_t size = source->tree_size + source->overlay_size + bootargs + CHOSEN_ROOM;
	void *tree;

	if (!check(source->tree, source->tree_size, "the device tree", error) ||
	    (source->overlay &&
	     !check(source->overlay, source->overlay_size, "the overlay", error)))
		return false;
	if (bootargs > BOOTARGS_MAX)
		return wrong(error, "the kernel arguments have %zu bytes; Linux takes %u", bootargs,
			     BOOTARGS_MAX);
	if (size > room)
		return wrong(error, "the device tree needs %zu bytes; there is room for %zu", size,
			     room);
	tree = malloc(room); /* more than size: fdt_overlay_apply() replaces labels by paths */
	if (!tree)
		return wrong(error, "there is no memory for the device tree");
	if (!make(source, part, tree, room, error)) {
		free(tree);
		return false;
	}
	fdt_pack(tree);
	*out = tree;
	*out_size = fdt_totalsize(tree);
	return true;
}
