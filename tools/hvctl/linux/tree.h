/* SPDX-License-Identifier: GPL-2.0 */
/* Prepares a Linux cell's device tree for a start. The files are not trusted. */
#ifndef HVCTL_LINUX_TREE_H
#define HVCTL_LINUX_TREE_H

#include <bulkhead/config.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/file_error.h"

struct linux_tree_source {
	const void *tree;
	size_t tree_size;
	const void *overlay; /* NULL: none */
	size_t overlay_size;
	const char *bootargs; /* NULL: keep those of the tree */
	uint64_t initrd;      /* guest address */
	uint64_t initrd_size; /* 0: none */
	uint8_t seed[64];     /* for the kernel's random numbers */
};

/*
 * *out: malloc()ed, *out_size bytes, at most room. The memory in the tree must be RAM of the cell
 * `part`. False: *error has a whole sentence.
 */
bool linux_tree(const struct linux_tree_source *source, const struct bh_cell_part *part,
		size_t room, void **out, size_t *out_size, struct file_error *error);

#endif
