/* SPDX-License-Identifier: GPL-2.0 */
/* The sentences for refusals, as templates; refusal.c knows what {words} mean. */
#ifndef HVCTL_WORDS_REFUSAL_WORDS_H
#define HVCTL_WORDS_REFUSAL_WORDS_H

#include <stdint.h>

/* What is wrong; "{subject}" is what field_words() says. NULL: unknown code. */
const char *refusal_words(uint32_t code, uint32_t field);

/* What to do about it, or NULL. */
const char *refusal_advice(uint32_t code, uint32_t field);

#endif
