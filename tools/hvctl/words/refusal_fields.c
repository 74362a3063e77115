// SPDX-License-Identifier: GPL-2.0
#include <bulkhead/refusal.h>
#include <stddef.h>

#include "words/arch.h"
#include "words/refusal_fields.h"
#include "words/tables.h"

static const struct {
	const char *words;
	bool is_address;
} fields[] = {
#define ROW(name, number, words, is_address) [number] = { words, is_address },
	FIELDS(ROW)
};

FIELDS(SAME_NUMBER)

const char *field_words(uint32_t field)
{
	return field < COUNT(fields) ? fields[field].words : NULL;
}

bool field_is_address(uint32_t field)
{
	return field < COUNT(fields) && fields[field].is_address;
}

/* The last field that starts at or before the offset has it: the structs have no padding. */
const char *platform_field_words(uint32_t offset)
{
	const struct platform_field *field = arch_words()->platform;
	const char *words = NULL;

	if (offset >= sizeof(((struct bh_system_part *)NULL)->platform))
		return NULL;
	for (; field->words && field->offset <= offset; field++)
		words = field->words;
	return words;
}
