/* SPDX-License-Identifier: GPL-2.0 */
/* What a compiler may call, and the hypervisor uses. */
#ifndef HYP_STRING_H
#define HYP_STRING_H

#include <stddef.h>

void *memset(void *to, int value, size_t size);
void *memcpy(void *to, const void *from, size_t size);
int memcmp(const void *a, const void *b, size_t size);

#endif
