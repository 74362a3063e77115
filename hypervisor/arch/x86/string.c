// SPDX-License-Identifier: GPL-2.0
/* memset() and memcpy() with REP instructions, for which microcode chooses the fastest way. */
#include <hyp/string.h>
#include <hyp/types.h>

void *memset(void *to, int value, size_t size)
{
	uint64_t word = (uint8_t)value * 0x0101010101010101ull;
	size_t words = size / 8, bytes = size % 8;
	void *at = to;

	asm volatile("rep stosq" : "+D"(at), "+c"(words) : "a"(word) : "memory");
	asm volatile("rep stosb" : "+D"(at), "+c"(bytes) : "a"(word) : "memory");
	return to;
}

void *memcpy(void *to, const void *from, size_t size)
{
	size_t words = size / 8, bytes = size % 8;
	void *at = to;

	asm volatile("rep movsq" : "+D"(at), "+S"(from), "+c"(words) : : "memory");
	asm volatile("rep movsb" : "+D"(at), "+S"(from), "+c"(bytes) : : "memory");
	return to;
}
