/* SPDX-License-Identifier: GPL-2.0 */
/* What the fields are called that refusals are about; refusal.c knows what {words} mean. */
#ifndef HVCTL_WORDS_REFUSAL_FIELDS_H
#define HVCTL_WORDS_REFUSAL_FIELDS_H

#include <stdbool.h>
#include <stdint.h>

/* What the field is: the subject of a sentence. NULL: unknown field. */
const char *field_words(uint32_t field);

/* Is the value of this field an address, a size or a set of bits? */
bool field_is_address(uint32_t field);

/* The field at this byte offset of this machine's platform struct, or NULL. */
const char *platform_field_words(uint32_t offset);

#endif
