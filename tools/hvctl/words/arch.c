// SPDX-License-Identifier: GPL-2.0
#include <stddef.h>

#include "device/backend.h"
#include "words/arch.h"

#define WORDS_OF(arch, ...) &arch_words_##arch,

static const struct arch_words *const all[] = { ARCHITECTURES(WORDS_OF) NULL };

static const struct arch_words *find(uint16_t number)
{
	unsigned int i;

	for (i = 0; all[i]; i++)
		if (all[i]->number == number)
			return all[i];
	return NULL;
}

const struct arch_words *arch_words(void)
{
	const struct arch_words *words = find(backend_arch());

	return words ? words : all[0];
}

const struct arch_words *arch_words_of(uint16_t number)
{
	const struct arch_words *words = find(number);

	return words ? words : arch_words();
}
