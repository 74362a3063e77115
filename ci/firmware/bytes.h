/* SPDX-License-Identifier: GPL-2.0 */
/* Texts, bytes and byte order. */
#ifndef FIRMWARE_BYTES_H
#define FIRMWARE_BYTES_H

#include <stdbool.h>
#include <stdint.h>

static inline uint16_t be16(uint16_t value)
{
	return __builtin_bswap16(value);
}

static inline uint32_t be32(uint32_t value)
{
	return __builtin_bswap32(value);
}

static inline uint64_t be64(uint64_t value)
{
	return __builtin_bswap64(value);
}

static inline uint32_t text_length(const char *text)
{
	uint32_t length = 0;

	while (text[length])
		length++;
	return length;
}

/** Whether a text begins with another one. */
static inline bool text_begins(const char *text, const char *beginning)
{
	while (*beginning && *text == *beginning) {
		text++;
		beginning++;
	}
	return !*beginning;
}

static inline bool text_equals(const char *a, const char *b)
{
	return text_length(a) == text_length(b) && text_begins(a, b);
}

static inline void copy_bytes(void *to, const void *from, uint32_t size)
{
	for (uint32_t i = 0; i < size; i++)
		((uint8_t *)to)[i] = ((const uint8_t *)from)[i];
}

#endif
