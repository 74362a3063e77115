// SPDX-License-Identifier: GPL-2.0
/* Copy and set words of 8 bytes where the addresses are aligned, bytes elsewhere. */
#include <hyp/string.h>
#include <stdint.h>

typedef uint64_t __attribute__((may_alias)) word;

#define WORD sizeof(word)
#define ALIGNED(a) (((uintptr_t)(a) & (WORD - 1)) == 0)

void *memset(void *to, int value, size_t size)
{
	uint8_t *p = to;
	word w = (uint8_t)value * 0x0101010101010101ull;

	for (; size && !ALIGNED(p); size--)
		*p++ = (uint8_t)value;
	for (; size >= 8 * WORD; size -= 8 * WORD, p += 8 * WORD) {
		word *q = (word *)p;

		q[0] = w;
		q[1] = w;
		q[2] = w;
		q[3] = w;
		q[4] = w;
		q[5] = w;
		q[6] = w;
		q[7] = w;
	}
	for (; size; size--)
		*p++ = (uint8_t)value;
	return to;
}

void *memcpy(void *to, const void *from, size_t size)
{
	uint8_t *p = to;
	const uint8_t *q = from;

	if (ALIGNED(p) && ALIGNED(q)) {
		for (; size >= 4 * WORD; size -= 4 * WORD, p += 4 * WORD, q += 4 * WORD) {
			word a = ((const word *)q)[0], b = ((const word *)q)[1];
			word c = ((const word *)q)[2], d = ((const word *)q)[3];

			((word *)p)[0] = a;
			((word *)p)[1] = b;
			((word *)p)[2] = c;
			((word *)p)[3] = d;
		}
		for (; size >= WORD; size -= WORD, p += WORD, q += WORD)
			*(word *)p = *(const word *)q;
	}
	while (size--)
		*p++ = *q++;
	return to;
}
