// SPDX-License-Identifier: GPL-2.0
/* Refusals. */

#include <linux/errno.h>
#include <linux/kernel.h>

#include <bulkhead/limits.h>

#include "refuse.h"

/* Stores a refusal with a name and without a field. */
int bhd_refuse(struct bhd_why *why, u32 code, u64 value, const char *name_format, ...)
{
	va_list args;

	*why = (struct bhd_why){
		.refusal = { .code = code, .owner = BH_OWNER_NONE, .value = value },
	};
	va_start(args, name_format);
	vscnprintf(why->name, sizeof(why->name), name_format, args);
	va_end(args);
	return -EPERM;
}

/* Stores a refusal of a field (enum bh_field) of the request. */
int bhd_refuse_at(struct bhd_why *why, u32 code, u32 field, u32 index, u64 value)
{
	*why = (struct bhd_why){
		.refusal = { code, field, index, BH_OWNER_NONE, value },
	};
	return -EPERM;
}
