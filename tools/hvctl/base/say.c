// SPDX-License-Identifier: GPL-2.0
#include <stdarg.h>
#include <stdio.h>

#include "base/say.h"

void say(const char *format, ...)
{
	va_list arguments;

	/* What was printed before comes first, also where both go to one file. */
	fflush(stdout);
	fputs("hvctl: ", stderr);
	va_start(arguments, format);
	vfprintf(stderr, format, arguments);
	va_end(arguments);
	fputc('\n', stderr);
}
