// SPDX-License-Identifier: GPL-2.0
/* Refusals: see refuse.h. Not inline, because there are many callers. */
#include <hyp/refuse.h>

bool refuse_owned(struct bh_refusal *r, enum bh_refusal_code code, enum bh_field field,
		  uint32_t index, uint64_t value, uint32_t owner)
{
	*r = (struct bh_refusal){ (uint16_t)code, (uint16_t)field, index, owner, value };
	return false;
}

bool refuse(struct bh_refusal *r, enum bh_refusal_code code, enum bh_field field, uint32_t index,
	    uint64_t value)
{
	return refuse_owned(r, code, field, index, value, BH_OWNER_NONE);
}
