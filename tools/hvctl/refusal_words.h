/* SPDX-License-Identifier: GPL-2.0 */
/* The sentences for refusals, as templates; refusal.c knows what {words} mean. */
#ifndef HVCTL_REFUSAL_WORDS_H
#define HVCTL_REFUSAL_WORDS_H

#include <stdbool.h>
#include <stdint.h>

/* What is wrong; "{subject}" is what field_words() says. NULL: unknown code. */
const char *refusal_words(uint32_t code, uint32_t field);

/* What to do about it, or NULL. */
const char *refusal_advice(uint32_t code, uint32_t field);

/* What the field is: the subject of a sentence. NULL: unknown field. */
const char *field_words(uint32_t field);

/* Is the value of this field an address, a size or a set of bits? */
bool field_is_address(uint32_t field);

/* The field of struct bh_arm64_platform at this byte offset, or NULL. */
const char *platform_field_words(uint32_t offset);

#endif
