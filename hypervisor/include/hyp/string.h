/* SPDX-License-Identifier: GPL-2.0 */
/* The functions of <string.h> that the hypervisor uses and compilers may call. */
#ifndef HYP_STRING_H
#define HYP_STRING_H

#include <stddef.h>

void *memset(void *to, int value, size_t size);
void *memcpy(void *to, const void *from, size_t size);
int memcmp(const void *a, const void *b, size_t size);

#endif
