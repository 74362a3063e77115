// SPDX-License-Identifier: GPL-2.0
#include <bulkhead/limits.h>
#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

void write_size(FILE *out, uint64_t bytes)
{
	static const char *const units[] = { "bytes", "KiB", "MiB", "GiB", "TiB" };
	unsigned int unit = 0;

	while (bytes != 0 && bytes % 1024 == 0 && unit < 4) {
		bytes /= 1024;
		unit++;
	}
	fprintf(out, "%" PRIu64 " %s", bytes, units[unit]);
}

void write_cpus(FILE *out, uint64_t mask)
{
	const char *separator = "";
	unsigned int first, last;

	if (mask == 0) {
		fputs("none", out);
		return;
	}
	for (first = 0; first < BH_MAX_CPUS; first = last + 1) {
		last = first;
		if (!(mask >> first & 1))
			continue;
		while (last + 1 < BH_MAX_CPUS && mask >> (last + 1) & 1)
			last++;
		fprintf(out, first == last ? "%s%u" : "%s%u-%u", separator, first, last);
		separator = ",";
	}
}

void write_number(FILE *out, uint64_t value)
{
	fprintf(out, value < BH_PAGE_SIZE ? "%" PRIu64 : "0x%" PRIx64, value);
}

void write_clean(FILE *out, const char *text)
{
	for (; *text; text++)
		fputc(isprint((unsigned char)*text) ? *text : '?', out);
}

void write_clean_lines(FILE *out, const char *data, size_t size)
{
	size_t i;

	for (i = 0; i < size; i++) {
		bool kept =
			isprint((unsigned char)data[i]) || (data[i] && strchr("\t\n\r\b", data[i]));

		fputc(kept ? data[i] : '?', out);
	}
}

void write_template(FILE *out, const char *text, template_word word, const void *context)
{
	const char *open, *close;

	while ((open = strchr(text, '{')) && (close = strchr(open, '}'))) {
		fwrite(text, 1, open - text, out);
		if (!word(out, open + 1, close - open - 1, context))
			fwrite(open, 1, close + 1 - open, out);
		text = close + 1;
	}
	fputs(text, out);
}

bool key_is(const char *key, size_t length, const char *word)
{
	return strlen(word) == length && memcmp(key, word, length) == 0;
}

bool parse_number(const char *text, uint64_t *value)
{
	char *end;

	if (!isdigit((unsigned char)text[0]))
		return false;
	errno = 0;
	*value = strtoull(text, &end, text[0] == '0' && tolower(text[1]) == 'x' ? 16 : 10);
	return errno == 0 && *end == '\0';
}
