// SPDX-License-Identifier: GPL-2.0
/* Calls of all resource classes: see resource.h. */
#include <hyp/resource.h>

bool classes_validate(struct cell *cell, struct bh_refusal *r)
{
	const struct resource_class *const *c;

	for_each_class (c)
		if ((*c)->validate && !(*c)->validate(cell, r))
			return false;
	return true;
}

/* Call one operation of all classes that have it. */
#define CALL_ALL(for_each, op, cell)                     \
	do {                                             \
		const struct resource_class *const *c;   \
		for_each(c) if ((*c)->op)(*c)->op(cell); \
	} while (0)

void classes_grant(struct cell *cell)
{
	CALL_ALL(for_each_class, grant, cell);
}

void classes_reset(struct cell *cell)
{
	CALL_ALL(for_each_class, reset, cell);
}

void classes_revoke(struct cell *cell)
{
	CALL_ALL(for_each_class_reverse, revoke, cell);
}

void classes_release(struct cell *cell)
{
	CALL_ALL(for_each_class, release, cell);
}
