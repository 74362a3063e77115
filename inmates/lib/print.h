/* SPDX-License-Identifier: GPL-2.0 */
/* Formatted output to the console. Not locked: one CPU at a time. */
#ifndef INMATE_PRINT_H
#define INMATE_PRINT_H

#include <stdarg.h>

/*
 * %d %i %u %x %c %s %p %%, with the flags '-' and '0', a width, and l, ll or z
 * for 64-bit values. A newline is sent as CR LF.
 */
void printf(const char *format, ...) __attribute__((format(printf, 1, 2)));
void vprintf(const char *format, va_list args) __attribute__((format(printf, 1, 0)));

#endif
