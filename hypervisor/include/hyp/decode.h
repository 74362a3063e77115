/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Checks of config parts for everything that can be said without looking at
 * the machine or at other cells: sizes, alignment, allowed values, zero
 * reserved fields, NUL-terminated clean names, no wrap-around, no overlap of
 * guest ranges (regions, info page, console page) or of physical ranges within
 * the part. Pure functions; the part lies in private memory (it was copied
 * once) and at least `size` bytes may be read. False: *r says why.
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
