// SPDX-License-Identifier: GPL-2.0
#include <stdarg.h>
#include <stdio.h>

#include "base/say.h"

void say(const char *format, ...)
{
	va_list arguments;

	/* Keeps the order if stdout and stderr are the same file. */
	fflush(stdout);
	fputs("hvctl: ", stderr);
	va_start(arguments, format);
	vfprintf(stderr, format, arguments);
	va_end(arguments);
	fputc('\n', stderr);
}
