// SPDX-License-Identifier: GPL-2.0
#include <stdarg.h>
#include <stdio.h>

#include "base/say.h"

void say(const char *format, ...)
{
	va_list arguments;

	/* If stdout and stderr are one file, earlier output must precede the message. */
	fflush(stdout);
	fputs("hvctl: ", stderr);
	va_start(arguments, format);
	vfprintf(stderr, format, arguments);
	va_end(arguments);
	fputc('\n', stderr);
}
