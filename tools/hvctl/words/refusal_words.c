// SPDX-License-Identifier: GPL-2.0
#include <bulkhead/ioctl.h>
#include <stddef.h>

#include "words/refusal_words.h"
#include "words/tables.h"

#define BH_F_ANY UINT32_MAX

static const struct words {
	uint32_t code;
	uint32_t field; /* the row's field; BH_F_ANY: any field */
	const char *sentence;
	const char *advice; /* "": there is no advice */
} refusals[] = {
#define ROW(code, number, field, sentence, advice) { code, field, sentence, advice },
	REFUSALS(ROW)
};

REFUSALS(SAME_NUMBER)

static const struct words *find(uint32_t code, uint32_t field)
{
	unsigned int i;

	for (i = 0; i < COUNT(refusals); i++) {
		if (refusals[i].code == code &&
		    (refusals[i].field == field || refusals[i].field == BH_F_ANY))
			return &refusals[i];
	}
	return NULL;
}

const char *refusal_words(uint32_t code, uint32_t field)
{
	const struct words *words = find(code, field);

	return words ? words->sentence : NULL;
}

const char *refusal_advice(uint32_t code, uint32_t field)
{
	const struct words *words = find(code, field);

	return words && words->advice[0] ? words->advice : NULL;
}
