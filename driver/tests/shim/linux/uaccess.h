/* SPDX-License-Identifier: GPL-2.0 */
/* User memory: the bytes of fake_user(). */
#ifndef SHIM_UACCESS_H
#define SHIM_UACCESS_H

#include <linux/types.h>

#define ERR_PTR(error) ((void *)(intptr_t)(error))
#define PTR_ERR(pointer) ((long)(intptr_t)(pointer))
#define IS_ERR(pointer) ((uintptr_t)(pointer) >= (uintptr_t)-4095)
#define u64_to_user_ptr(address) ((void *)(uintptr_t)(address))

/* Both functions return the number of bytes that they did not copy. */
size_t copy_from_user(void *to, const void *from, size_t size);
size_t copy_to_user(void *to, const void *from, size_t size);
void *memdup_user(const void *from, size_t size);

#endif
