/* SPDX-License-Identifier: GPL-2.0 */
/* Audits of all resource classes: see RESOURCE_AUDIT(). */
#ifndef AUDITS_H
#define AUDITS_H

#include <hyp/resource.h>

extern bool (*const __start_audits[])(const struct cell *);
extern bool (*const __stop_audits[])(const struct cell *);

static inline bool audit(const struct cell *cell)
{
	for (bool (*const *a)(const struct cell *) = __start_audits; a < __stop_audits; a++)
		if (!(*a)(cell))
			return false;
	return true;
}

#endif
