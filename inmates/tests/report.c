// SPDX-License-Identifier: GPL-2.0
#include "report.h"
#include "heartbeat.h"
#include "print.h"

#define MAX_DETAILS 12

static unsigned int passed, failed, details;

void report(bool good, const char *name, const char *format, ...)
{
	va_list args;

	if (good) {
		passed++;
	} else {
		failed++;
		heartbeat.errors++;
	}
	if (details > MAX_DETAILS)
		printf("  and %u more\n", details - MAX_DETAILS);
	details = 0;
	printf("%s %s: ", good ? "PASS" : "FAIL", name);
	va_start(args, format);
	vprintf(format, args);
	va_end(args);
	printf("\n");
}

void detail(const char *format, ...)
{
	va_list args;

	if (details++ >= MAX_DETAILS)
		return;
	printf("  ");
	va_start(args, format);
	vprintf(format, args);
	va_end(args);
	printf("\n");
}

void report_done(const char *program)
{
	printf("DONE %s: %u passed, %u failed\n", program, passed, failed);
}
