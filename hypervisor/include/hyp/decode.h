/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Checks of a config part that need neither the machine nor other cells: sizes, alignment, allowed
 * values, zero reserved fields, NUL-terminated names of allowed characters, no wrap-around, and no
 * overlap within the part: guest ranges (regions, info page, console page), physical ranges.
 *
 * Pure functions. The part lies in private memory, and `size` bytes of it may be read. False: *r
 * holds the refusal.
 */
#ifndef HYP_DECODE_H
#define HYP_DECODE_H

#include <bulkhead/config.h>
#include <hyp/refuse.h>

bool decode_system(const struct bh_system_part *part, size_t size, struct bh_refusal *r);

/* kind: BH_PART_ROOT or BH_PART_CELL. */
bool decode_cell(const struct bh_cell_part *part, size_t size, enum bh_part_kind kind,
		 struct bh_refusal *r);

#endif
