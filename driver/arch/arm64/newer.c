// SPDX-License-Identifier: GPL-2.0
/* Compares ID registers with the list of what cells see (bulkhead/arm64_id.h). */

#include <bulkhead/arm64_id.h>

#include "newer.h"

/* The greatest known value of each field. Those that cells don't see, or only up to a limit that was
 * chosen, are known whatever they hold.
 */
#define KNOWN(m, op2, fields) [(m)-4][op2] = 0 fields,
#define UP_TO(name, bit, max) | (u64)(max) << (bit)
#define ANY(name, bit, ...) | 0xfull << (bit)
#define HIDE_ALL | ~0ull
static const u64 known[4][8] = { ARM64_ID_A64(KNOWN, UP_TO, ANY, ANY, ANY) };

struct bhd_newer bhd_newer_of(const u64 (*values)[8])
{
	struct bhd_newer newer = {};
	u32 i, bit;

	for (i = 0; i < 32 * 16; i++) {
		u32 m = i / 128, op2 = i / 16 % 8;

		bit = i % 16 * 4;
		if ((values[m][op2] >> bit & 0xf) <= (known[m][op2] >> bit & 0xf))
			continue;
		if (!newer.fields++) {
			newer.m = m + 4;
			newer.op2 = op2;
			newer.bit = bit;
		}
	}
	return newer;
}
