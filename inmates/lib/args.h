/* SPDX-License-Identifier: GPL-2.0 */
/* The program's command line: words of the form key or key=value. */
#ifndef INMATE_ARGS_H
#define INMATE_ARGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The whole command line. */
const char *args_line(void);

/* Returns true if the command line has a word "key" or "key=...". */
bool args_has(const char *key);

/*
 * Copies the value of the first word "key=value" to out (size bytes, always
 * terminated, truncated if too long). Returns false and stores "" if there is none.
 */
bool args_get(const char *key, char *out, size_t size);

/* Returns true if the first word "key=..." has exactly this value. */
bool args_is(const char *key, const char *value);

/* The value of "key=N", decimal or 0x..., or fallback if absent or not a number. */
uint64_t args_get_u64(const char *key, uint64_t fallback);

#endif
