/* SPDX-License-Identifier: GPL-2.0 */
/* Results of tests, one line each: "PASS name: detail" or "FAIL name: why". */
#ifndef INMATE_REPORT_H
#define INMATE_REPORT_H

#include <stdbool.h>

/* Prints and counts the result; a failure also increments the heartbeat's errors. */
void report(bool good, const char *name, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/*
 * Prints an indented line of detail before the test's result. Only the first few
 * of each test are printed.
 */
void detail(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* The last line: "DONE program: N passed, N failed". */
void report_done(const char *program);

#endif
