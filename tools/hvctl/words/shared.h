/* SPDX-License-Identifier: GPL-2.0 */
/* The memory that a cell shares with others, by the config. */
#ifndef HVCTL_WORDS_SHARED_H
#define HVCTL_WORDS_SHARED_H

#include <bulkhead/ioctl.h>
#include <stdio.h>

#include "base/json.h"
#include "config/blob.h"

/* The cells that exist, and the config of their system. */
struct shared_view {
	const struct blob *blob;
	const struct bh_cell_status *cells;
	unsigned int n_cells;
};

/* Lines about each shared region of a cell that exists, none where it has none. part: its config,
 * or NULL. */
void shared_write(FILE *out, const struct shared_view *view, const struct bh_cell_part *part);

/* The same as an array "shared". */
void shared_json(struct json *json, const struct shared_view *view,
		 const struct bh_cell_part *part);

#endif
