/* SPDX-License-Identifier: GPL-2.0 */
/* Results of tests: a line each, "PASS name: detail" or "FAIL name: why". */
#ifndef INMATE_REPORT_H
#define INMATE_REPORT_H

#include <stdbool.h>

/* Prints the line and counts; a failure also counts in the heartbeat's errors. */
void report(bool good, const char *name, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/*
 * A line of detail, indented, before its test's report. Only the first few of
 * each test: the console isn't a log.
 */
void detail(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* The last line: "DONE program: N passed, N failed". */
void report_done(const char *program);

#endif
