/* SPDX-License-Identifier: GPL-2.0 */
/* The steps of a cell's life, for the commands that combine them. Each says what is wrong. */
#ifndef HVCTL_REQUEST_CELL_STEPS_H
#define HVCTL_REQUEST_CELL_STEPS_H

#include <bulkhead/ioctl.h>
#include <stdbool.h>
#include <stdint.h>

#include "request/config.h"

/* An image larger than the address space of an emulated board is a mistake. */
#define IMAGE_MAX (1ul << 30)

/* A cell's config, and whose bytes it lies in. */
struct cell_source {
	struct config config;
	const struct bh_cell_part *part;
};

/* Finds NAME or SYSTEM/NAME (in the enabled system), FILE:NAME, or FILE with one cell. */
enum outcome cell_source_find(struct cell_source *source, const char *what);
void cell_source_free(struct cell_source *source);

enum outcome cell_create(const struct cell_source *source, bool unbind, uint32_t *id);

/* part: the cell's config, to say more about a refusal; may be NULL. */
enum outcome cell_load(uint32_t id, const char *name, const struct bh_cell_part *part,
		       const char *image, uint64_t guest);

/* what: the bytes' name in sentences. */
enum outcome cell_load_bytes(uint32_t id, const char *name, const struct bh_cell_part *part,
			     const char *what, const void *data, size_t size, uint64_t guest);

/* words: n arguments that make the cell's command line; none: the config's. */
enum outcome cell_start(uint32_t id, const char *name, char *const *words, unsigned int n);

enum outcome cell_destroy(uint32_t id, const char *name);

/* Start of the loadable region that has the entry address; where none has, of the first. */
bool default_load_address(const struct bh_cell_part *part, uint64_t *guest);

#endif
