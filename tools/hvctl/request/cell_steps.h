/* SPDX-License-Identifier: GPL-2.0 */
/* Creates, loads, starts and destroys cells. Each function prints a message on failure. */
#ifndef HVCTL_REQUEST_CELL_STEPS_H
#define HVCTL_REQUEST_CELL_STEPS_H

#include <bulkhead/ioctl.h>
#include <stdbool.h>
#include <stdint.h>

#include "request/config.h"

/* Limit of an image's size; a larger file is a mistake. */
#define IMAGE_MAX (1ul << 30)

/* A cell's config, and the file or system config that contains it. */
struct cell_source {
	struct config config;
	const struct bh_cell_part *part;
};

/*
 * Finds a cell's config. what: NAME or SYSTEM/NAME (in the enabled system), FILE:NAME, or FILE with
 * one cell.
 */
enum outcome cell_source_find(struct cell_source *source, const char *what);
void cell_source_free(struct cell_source *source);

enum outcome cell_create(const struct cell_source *source, bool unbind, uint32_t *id);

/* Loads an image from a file. part: the cell's config, for details of a refusal; may be NULL. */
enum outcome cell_load(uint32_t id, const char *name, const struct bh_cell_part *part,
		       const char *image, uint64_t guest);

/* Loads bytes from memory. what: name of the data in messages. */
enum outcome cell_load_bytes(uint32_t id, const char *name, const struct bh_cell_part *part,
			     const char *what, const void *data, size_t size, uint64_t guest);

/* Starts a cell. words: n arguments of its command line; n = 0: the config's command line. */
enum outcome cell_start(uint32_t id, const char *name, char *const *words, unsigned int n);

enum outcome cell_destroy(uint32_t id, const char *name);

/* Start of the loadable region with the entry address, else of the first loadable region. */
bool default_load_address(const struct bh_cell_part *part, uint64_t *guest);

#endif
