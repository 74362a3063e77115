/* SPDX-License-Identifier: GPL-2.0 */
/* Explains why a cell stopped. */
#ifndef HVCTL_WORDS_FAILURE_H
#define HVCTL_WORDS_FAILURE_H

#include <bulkhead/hypercall.h>
#include <stdbool.h>
#include <stdio.h>

#include "base/json.h"
#include "config/blob.h"

/*
 * Writes lines about the last stop of a cell; nothing if it never stopped. part: the cell's
 * config; blob: the system's config; both may be NULL. registers: also writes the registers.
 */
void failure_write(FILE *out, const struct bh_cell_status *status, const struct blob *blob,
		   const struct bh_cell_part *part, bool registers);

/* Writes the last stop of a cell as a JSON object "stop"; null if the cell never stopped. */
void failure_json(struct json *json, const struct bh_cell_status *status, const struct blob *blob,
		  const struct bh_cell_part *part);

/* Did the cell stop because of an access, an instruction or a fault? Then details are recorded. */
bool failure_is_violation(const struct bh_failure *failure);

/* Returns the region nearest to a guest address and its distance in bytes; NULL: no region. */
const struct bh_region *nearest_region(const struct bh_cell_part *part, uint64_t guest,
				       uint64_t *distance);

#endif
