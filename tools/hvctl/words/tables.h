/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The tables of tools/hvconfig/hvconfig/words as X-macros: STATES(X) is X(name, number, words)
 * for each row of "states". make_words.py writes them at build time.
 */
#ifndef HVCTL_WORDS_TABLES_H
#define HVCTL_WORDS_TABLES_H

#include "base/array.h"
#include "word_tables.h"

/* Asserts that a row has the number of the ABI's header. */
#define SAME_NUMBER(name, number, ...) _Static_assert((name) == (number), #name);

#endif
