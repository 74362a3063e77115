// SPDX-License-Identifier: GPL-2.0
/* memcmp(), which need not be fast. memset() and memcpy() are the architecture's. */
#include <hyp/string.h>
#include <stdint.h>

int memcmp(const void *a, const void *b, size_t size)
{
	const uint8_t *p = a, *q = b;

	for (; size; size--, p++, q++)
		if (*p != *q)
			return *p - *q;
	return 0;
}
