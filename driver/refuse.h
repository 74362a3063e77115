/* SPDX-License-Identifier: GPL-2.0 */
/* Refusals: a code with its values and a name for the tool's sentence. */
#ifndef BULKHEAD_REFUSE_H
#define BULKHEAD_REFUSE_H

#include <linux/types.h>

#include <bulkhead/refusal.h>

/* A refusal and the name that it is about. Same layout as bh_ioc_check.why. */
struct bhd_why {
	struct bh_refusal refusal;
	char name[64];
};

/* Store a refusal in *why. Both return -EPERM, for the caller to return. */
int bhd_refuse(struct bhd_why *why, u32 code, u64 value, const char *name_format, ...)
	__printf(4, 5);
int bhd_refuse_at(struct bhd_why *why, u32 code, u32 field, u32 index, u64 value);

#endif
