/* SPDX-License-Identifier: GPL-2.0 */
/* Writes numbers and lists in readable form, fills in templates, parses numbers. */
#ifndef HVCTL_BASE_TEXT_H
#define HVCTL_BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* "16 MiB", "4 KiB", "24 bytes": the largest unit that divides it. */
void write_size(FILE *out, uint64_t bytes);

/* The set bits of a mask: "0-2,5", or "none". */
void write_cpus(FILE *out, uint64_t mask);

/* For values of unknown kind: decimal below the page size, else hexadecimal. */
void write_number(FILE *out, uint64_t value);

/* Writes text that may be hostile to a terminal: control bytes become '?'. */
void write_clean(FILE *out, const char *text);

/* What `statement` writes to the FILE called `out`, malloc()ed; NULL: no memory. */
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

/* Is key[0..length) this word? */
bool key_is(const char *key, size_t length, const char *word);

/*
 * Parses a decimal, or hexadecimal (0x...) number without sign; nothing may follow it. False:
 * not such a number, or too large.
 */
bool parse_number(const char *text, uint64_t *value);

#endif
