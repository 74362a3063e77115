/* SPDX-License-Identifier: GPL-2.0 */
/* Names of the fields that refusals are about, as templates; refusal.c has the {words}. */
#ifndef HVCTL_WORDS_REFUSAL_FIELDS_H
#define HVCTL_WORDS_REFUSAL_FIELDS_H

#include <stdbool.h>
#include <stdint.h>

/* Returns the subject of a sentence; NULL: unknown field. */
const char *field_words(uint32_t field);

/* Is the field's value an address, a size or a set of bits, which is written in hexadecimal? */
bool field_is_address(uint32_t field);

/* Names the field at a byte offset of this machine's platform struct; NULL: beyond its end. */
const char *platform_field_words(uint32_t offset);

#endif
