/* SPDX-License-Identifier: GPL-2.0 */
/* Describes the memory that a cell shares with other cells, according to the config. */
#ifndef HVCTL_WORDS_SHARED_H
#define HVCTL_WORDS_SHARED_H

#include <bulkhead/ioctl.h>
#include <stdio.h>

#include "base/json.h"
#include "config/blob.h"

/* The existing cells, and the config of their system. */
struct shared_view {
	const struct blob *blob;
	const struct bh_cell_status *cells;
	unsigned int n_cells;
};

/* Writes lines about each shared region of an existing cell. part: the cell's config, or NULL. */
void shared_write(FILE *out, const struct shared_view *view, const struct bh_cell_part *part);

/* Writes the shared regions of a cell as a JSON array "shared". */
void shared_json(struct json *json, const struct shared_view *view,
		 const struct bh_cell_part *part);

#endif
