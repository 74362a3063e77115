/* SPDX-License-Identifier: GPL-2.0 */
/* Refusals: `return refuse(r, BH_E_ALIGN, BH_F_ENTRY, 0, value);` fills in *r and returns false. */
#ifndef HYP_REFUSE_H
#define HYP_REFUSE_H

#include <bulkhead/refusal.h>
#include <bulkhead/limits.h>
#include <hyp/types.h>

/* Fill in *r and return false, always. owner: see bh_refusal.owner. */
bool refuse_owned(struct bh_refusal *r, enum bh_refusal_code code, enum bh_field field,
		  uint32_t index, uint64_t value, uint32_t owner);

/* Like refuse_owned() with owner BH_OWNER_NONE. */
bool refuse(struct bh_refusal *r, enum bh_refusal_code code, enum bh_field field, uint32_t index,
	    uint64_t value);

/* For chains of checks that end at the first one that fails: `return require(...) && ...;` */
static inline bool require(bool holds, struct bh_refusal *r, enum bh_refusal_code code,
			   enum bh_field field, uint32_t index, uint64_t value)
{
	return holds || refuse(r, code, field, index, value);
}

#endif
