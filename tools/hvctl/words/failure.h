/* SPDX-License-Identifier: GPL-2.0 */
/* Why a cell stopped, in words. */
#ifndef HVCTL_WORDS_FAILURE_H
#define HVCTL_WORDS_FAILURE_H

#include <bulkhead/hypercall.h>
#include <stdbool.h>
#include <stdio.h>

#include "base/json.h"
#include "config/blob.h"

/*
 * Lines about the last stop of a cell; none where it never stopped. part: its
 * config, blob: the system's; both may be NULL. registers: all of them too.
 */
void failure_write(FILE *out, const struct bh_cell_status *status, const struct blob *blob,
		   const struct bh_cell_part *part, bool registers);

/* The same as an object "stop" (null where it never stopped). */
void failure_json(struct json *json, const struct bh_cell_status *status, const struct blob *blob,
		  const struct bh_cell_part *part);

/* Did the cell do something wrong, so that the details matter? */
bool failure_is_violation(const struct bh_failure *failure);

/* The sentence's end, in parts: the region nearest to a guest address, with its distance. */
const struct bh_region *nearest_region(const struct bh_cell_part *part, uint64_t guest,
				       uint64_t *distance);

#endif
