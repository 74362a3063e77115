/* SPDX-License-Identifier: GPL-2.0 */
/* Sentences for refusals, as templates; refusal.c has the {words}. */
#ifndef HVCTL_WORDS_REFUSAL_WORDS_H
#define HVCTL_WORDS_REFUSAL_WORDS_H

#include <stdint.h>

/* Returns the sentence for a refusal. Its {subject} is field_words(). NULL: unknown code. */
const char *refusal_words(uint32_t code, uint32_t field);

/* Returns advice for a refusal, or NULL. */
const char *refusal_advice(uint32_t code, uint32_t field);

#endif
