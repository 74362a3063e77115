// SPDX-License-Identifier: GPL-2.0
#include "print.h"
#include "console.h"
#include "string.h"
#include <stdbool.h>
#include <stdint.h>

/* A conversion specification: flags and width between '%' and its letter. */
struct spec {
	bool left, zero, wide;
	int width;
};

static void put(char c)
{
	if (c == '\n')
		console_putc('\r');
	console_putc(c);
}

static void pad(char c, int n)
{
	while (n-- > 0)
		put(c);
}

static void put_field(const struct spec *spec, const char *sign, const char *text, int length)
{
	int fill = spec->width - length - (int)strlen(sign);
	bool zero = spec->zero && !spec->left;

	if (!spec->left && !zero)
		pad(' ', fill);
	while (*sign)
		put(*sign++);
	if (zero)
		pad('0', fill);
	while (length--)
		put(*text++);
	if (spec->left)
		pad(' ', fill);
}

static void put_number(const struct spec *spec, const char *sign, uint64_t value, unsigned base)
{
	char digits[20]; /* 2^64 has 20 decimal digits */
	char *p = digits + sizeof(digits);

	do {
		*--p = "0123456789abcdef"[value % base];
		value /= base;
	} while (value);
	put_field(spec, sign, p, digits + sizeof(digits) - p);
}

static void put_signed(const struct spec *spec, int64_t value)
{
	if (value < 0)
		put_number(spec, "-", -(uint64_t)value, 10);
	else
		put_number(spec, "", value, 10);
}

static const char *parse(const char *p, struct spec *spec)
{
	*spec = (struct spec){ 0 };
	for (; *p == '-' || *p == '0'; p++) {
		spec->left |= *p == '-';
		spec->zero |= *p == '0';
	}
	for (; *p >= '0' && *p <= '9'; p++)
		spec->width = spec->width * 10 + *p - '0';
	for (; *p == 'l' || *p == 'z'; p++)
		spec->wide = true;
	return p;
}

static void put_string(const struct spec *spec, const char *text)
{
	put_field(spec, "", text, strlen(text));
}

void vprintf(const char *format, va_list args)
{
	struct spec spec;

	for (const char *p = format; *p; p++) {
		if (*p != '%') {
			put(*p);
			continue;
		}
		p = parse(p + 1, &spec);
		switch (*p) {
		case 'd':
		case 'i':
			put_signed(&spec, spec.wide ? va_arg(args, int64_t) : va_arg(args, int));
			break;
		case 'u':
		case 'x':
			put_number(&spec, "",
				   spec.wide ? va_arg(args, uint64_t) : va_arg(args, unsigned int),
				   *p == 'u' ? 10 : 16);
			break;
		case 'p':
			put_number(&spec, "0x", va_arg(args, uintptr_t), 16);
			break;
		case 'c':
			put(va_arg(args, int));
			break;
		case 's':
			put_string(&spec, va_arg(args, const char *));
			break;
		case '\0':
			return;
		default:
			put(*p);
		}
	}
}

void printf(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vprintf(format, args);
	va_end(args);
}
