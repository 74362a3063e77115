/* SPDX-License-Identifier: GPL-2.0 */
/* Numbers and lists in the form in which people read them. */
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

/* Decimal below a page, hexadecimal above: for values of unknown kind. */
void write_number(FILE *out, uint64_t value);

/* Writes text without what a terminal would obey: control bytes become '?'. */
void write_clean(FILE *out, const char *text);

/* Writes one word of a template; key is not NUL-terminated. False: unknown. */
typedef bool (*template_word)(FILE *out, const char *key, size_t length, const void *context);

/* Copies the template, with each {key} given to word(). */
void write_template(FILE *out, const char *text, template_word word, const void *context);

/* Is key[0..length) this word? */
bool key_is(const char *key, size_t length, const char *word);

/*
 * A whole number in C notation (0x: hexadecimal), no sign, with nothing after
 * it. False: it isn't one, or doesn't fit.
 */
bool parse_number(const char *text, uint64_t *value);

#endif
