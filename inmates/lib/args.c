// SPDX-License-Identifier: GPL-2.0
#include "args.h"
#include "info.h"
#include "string.h"

const char *args_line(void)
{
	return info()->args;
}

/* Finds the word that starts with key; returns a pointer behind the key, or NULL. */
static const char *find(const char *key)
{
	size_t length = strlen(key);
	const char *word = args_line();

	while (*word) {
		while (*word == ' ')
			word++;
		if (!strncmp(word, key, length) &&
		    (word[length] == '=' || word[length] == ' ' || !word[length]))
			return word + length;
		while (*word && *word != ' ')
			word++;
	}
	return NULL;
}

bool args_has(const char *key)
{
	return find(key);
}

bool args_get(const char *key, char *out, size_t size)
{
	const char *value = find(key);
	size_t n = 0;

	if (value && *value == '=') {
		for (value++; *value && *value != ' ' && n + 1 < size; value++)
			out[n++] = *value;
	} else {
		value = NULL;
	}
	out[n] = '\0';
	return value;
}

bool args_is(const char *key, const char *value)
{
	char word[64];

	return args_get(key, word, sizeof(word)) && !strcmp(word, value);
}

static int digit_of(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return 16;
}

uint64_t args_get_u64(const char *key, uint64_t fallback)
{
	char word[32];
	const char *p = word;
	uint64_t value = 0;
	int base = 10;

	if (!args_get(key, word, sizeof(word)))
		return fallback;
	if (p[0] == '0' && (p[1] == 'x' || p[1] == 'X')) {
		base = 16;
		p += 2;
	}
	if (!*p)
		return fallback;
	for (; *p; p++) {
		int digit = digit_of(*p);

		if (digit >= base)
			return fallback;
		value = value * base + digit;
	}
	return value;
}
