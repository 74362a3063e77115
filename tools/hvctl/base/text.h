/* SPDX-License-Identifier: GPL-2.0 */
/* Writes numbers and lists in readable form, fills in templates, parses numbers. */
#ifndef HVCTL_BASE_TEXT_H
#define HVCTL_BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* Writes, for example, "16 MiB" or "24 bytes", in the largest unit that divides the number. */
void write_size(FILE *out, uint64_t bytes);

/* Writes the numbers of the set bits: "0-2,5", or "none". */
void write_cpus(FILE *out, uint64_t mask);

/* Writes a value of unknown kind: in decimal below the page size, else in hexadecimal. */
void write_number(FILE *out, uint64_t value);

/* Writes text that may be hostile to a terminal: control bytes become '?'. */
void write_clean(FILE *out, const char *text);

/* The same for a stream of lines: tab, line feed, carriage return and backspace remain. Whatever
 * could start an escape sequence, in ASCII, Latin-1 or UTF-8, does not. */
void write_clean_lines(FILE *out, const char *data, size_t size);

/* Evaluates to what `statement` writes to the FILE called `out`, malloc()ed; NULL: no memory. */
#define WRITTEN(out, statement)                                \
	({                                                     \
		char *written_ = NULL;                         \
		size_t size_;                                  \
		FILE *out = open_memstream(&written_, &size_); \
		if (out) {                                     \
			statement;                             \
			fclose(out);                           \
		}                                              \
		written_;                                      \
	})

/* Writes one word of a template; key is not NUL-terminated. False: unknown. */
typedef bool (*template_word)(FILE *out, const char *key, size_t length, const void *context);

/* Writes the template; word() replaces each {key}. Unknown keys are copied. */
void write_template(FILE *out, const char *text, template_word word, const void *context);

/* Does key, which has `length` bytes, equal this word? */
bool key_is(const char *key, size_t length, const char *word);

/*
 * Parses an unsigned number, decimal or hexadecimal (0x...), that is the whole text. False: not
 * such a number, or too large.
 */
bool parse_number(const char *text, uint64_t *value);

#endif
