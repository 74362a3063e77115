/* SPDX-License-Identifier: GPL-2.0 */
/* Sentences for refusals, as templates; refusal.c has the {words}. */
#ifndef HVCTL_WORDS_REFUSAL_WORDS_H
#define HVCTL_WORDS_REFUSAL_WORDS_H

#include <stdint.h>

/* Returns what is wrong; {subject} is field_words(). NULL: unknown code. */
const char *refusal_words(uint32_t code, uint32_t field);

/* Returns what to do about it, or NULL. */
const char *refusal_advice(uint32_t code, uint32_t field);

#endif
