// SPDX-License-Identifier: GPL-2.0
/* The decoder of moves: results, refusals, and that it reads no byte too many. */
#include "test.h"
#include <arch/insn.h>
#include <string.h>

#define BYTES(...) (const uint8_t[]){ __VA_ARGS__ }, sizeof((const uint8_t[]){ __VA_ARGS__ })

static struct insn decode(const uint8_t *bytes, unsigned count, unsigned mode)
{
	struct insn insn;

	CHECK(insn_decode(bytes, count, mode, &insn));
	CHECK_EQ(insn.length, count);
	/* One byte less is not enough; bytes behind the instruction have no effect. */
	for (unsigned less = 0; less < count; less++) {
		struct insn short_one;

		CHECK(!insn_decode(bytes, less, mode, &short_one));
	}
	return insn;
}

static bool refused(const uint8_t *bytes, unsigned count, unsigned mode)
{
	uint8_t padded[INSN_MAX] = { 0 };
	struct insn insn;

	memcpy(padded, bytes, count);
	return !insn_decode(padded, sizeof(padded), mode, &insn);
}

TEST(insn_stores)
{
	struct insn i = decode(BYTES(0x89, 0x08), 64); /* mov %ecx, (%rax) */

	CHECK(i.write && !i.immediate && i.size == 4 && i.reg == 1);
	i = decode(BYTES(0x44, 0x89, 0x80, 0xb0, 0, 0, 0), 64); /* mov %r8d, 0xb0(%rax) */
	CHECK(i.write && i.size == 4 && i.reg == 8);
	i = decode(BYTES(0x48, 0x89, 0x04, 0x25, 0, 0xd0, 0x5f, 0xff), 64);
	CHECK(i.write && i.size == 8 && i.reg == 0);
	i = decode(BYTES(0x66, 0x89, 0x4d, 0x10), 64); /* mov %cx, 0x10(%rbp) */
	CHECK(i.write && i.size == 2 && i.reg == 1);
	i = decode(BYTES(0x88, 0x60, 0x01), 64); /* mov %ah, 1(%rax) */
	CHECK(i.write && i.size == 1 && i.reg == 0 && i.high_byte);
	i = decode(BYTES(0x40, 0x88, 0x60, 0x01), 64); /* mov %spl, 1(%rax) */
	CHECK(i.write && i.size == 1 && i.reg == 4 && !i.high_byte);
}

TEST(insn_loads)
{
	struct insn i = decode(BYTES(0x8b, 0x80, 0x20, 0, 0, 0), 64);

	CHECK(!i.write && i.size == 4 && i.to_size == 4 && i.reg == 0);
	i = decode(BYTES(0x8b, 0x44, 0x98, 0x08), 64); /* SIB */
	CHECK(!i.write && i.size == 4 && i.reg == 0);
	i = decode(BYTES(0x8b, 0x04, 0x8d, 1, 2, 3, 4), 64); /* SIB without base */
	CHECK(!i.write && i.size == 4);
	i = decode(BYTES(0x8b, 0x0d, 1, 2, 3, 4), 64); /* relative to RIP */
	CHECK(!i.write && i.reg == 1);
	i = decode(BYTES(0x0f, 0xb6, 0x08), 64); /* movzbl (%rax), %ecx */
	CHECK(!i.write && i.size == 1 && i.to_size == 4 && i.reg == 1 && !i.sign);
	i = decode(BYTES(0x4c, 0x0f, 0xbf, 0x08), 64); /* movswq (%rax), %r9 */
	CHECK(!i.write && i.size == 2 && i.to_size == 8 && i.reg == 9 && i.sign);
}

TEST(insn_immediates)
{
	struct insn i = decode(BYTES(0xc7, 0x00, 0x78, 0x56, 0x34, 0x12), 64);

	CHECK(i.write && i.immediate && i.size == 4);
	CHECK_EQ(i.value, 0x12345678);
	i = decode(BYTES(0x48, 0xc7, 0x00, 0xff, 0xff, 0xff, 0xff), 64);
	CHECK(i.size == 8);
	CHECK_EQ(i.value, UINT64_MAX);
	i = decode(BYTES(0xc6, 0x40, 0x01, 0xfe), 32);
	CHECK(i.size == 1);
	CHECK_EQ(i.value, 0xfe);
	i = decode(BYTES(0x66, 0xc7, 0x00, 0x34, 0x12), 32);
	CHECK(i.size == 2);
	CHECK_EQ(i.value, 0x1234);
}

TEST(insn_accumulator)
{
	struct insn i = decode(BYTES(0xa1, 1, 2, 3, 4, 5, 6, 7, 8), 64);

	CHECK(!i.write && i.size == 4 && i.reg == 0);
	i = decode(BYTES(0x67, 0xa3, 1, 2, 3, 4), 64);
	CHECK(i.write && i.size == 4);
	i = decode(BYTES(0xa1, 1, 2, 3, 4), 32);
	CHECK(!i.write && i.size == 4);
	i = decode(BYTES(0xa2, 1, 2), 16);
	CHECK(i.write && i.size == 1);
}

TEST(insn_other_modes)
{
	struct insn i = decode(BYTES(0x89, 0x07), 16); /* mov %ax, (%bx) */

	CHECK(i.write && i.size == 2 && i.reg == 0);
	i = decode(BYTES(0x89, 0x06, 0x34, 0x12), 16); /* mov %ax, 0x1234 */
	CHECK(i.size == 2);
	i = decode(BYTES(0x66, 0x67, 0x89, 0x03), 16); /* mov %eax, (%ebx) */
	CHECK(i.size == 4);
	i = decode(BYTES(0x2e, 0x64, 0x8b, 0x47, 0x10), 16); /* segment prefixes */
	CHECK(!i.write && i.size == 2);
	CHECK(refused(BYTES(0x48, 0x89, 0x08), 32)); /* 48 is DEC there */
}

/* A REX prefix counts only where it stands right before the opcode. */
TEST(insn_rex_in_the_wrong_place)
{
	struct insn i = decode(BYTES(0x48, 0x66, 0x89, 0x08), 64);

	CHECK_EQ(i.size, 2);
	i = decode(BYTES(0x66, 0x48, 0x89, 0x08), 64);
	CHECK_EQ(i.size, 8);
	i = decode(BYTES(0x44, 0x48, 0x89, 0x08), 64); /* the last of two */
	CHECK(i.size == 8 && i.reg == 1);
}

TEST(insn_refused)
{
	CHECK(refused(BYTES(0x89, 0xc8), 64));		/* between registers */
	CHECK(refused(BYTES(0xc7, 0xc0, 1), 64));	/* into one */
	CHECK(refused(BYTES(0xc7, 0x08, 1), 64));	/* group 11 has only /0 */
	CHECK(refused(BYTES(0xf0, 0x89, 0x08), 64));	/* LOCK */
	CHECK(refused(BYTES(0xf3, 0xa4), 64));		/* REP MOVSB */
	CHECK(refused(BYTES(0xa5), 64));		/* MOVSD */
	CHECK(refused(BYTES(0x01, 0x08), 64));		/* ADD */
	CHECK(refused(BYTES(0x87, 0x08), 64));		/* XCHG */
	CHECK(refused(BYTES(0x0f, 0xb0, 0x08), 64));	/* CMPXCHG */
	CHECK(refused(BYTES(0x0f, 0x11, 0x00), 64));	/* MOVUPS */
	CHECK(refused(BYTES(0xc5, 0xf8, 0x10, 0), 64)); /* VEX */
	CHECK(refused(BYTES(0x8c, 0x00), 64));		/* from a segment register */
}

/* More than 15 bytes raise #GP on a CPU: prefixes alone never decode. */
TEST(insn_too_long)
{
	uint8_t bytes[32];
	struct insn insn;

	memset(bytes, 0x66, sizeof(bytes));
	CHECK(!insn_decode(bytes, sizeof(bytes), 64, &insn));
	bytes[13] = 0x89;
	bytes[14] = 0x08;
	CHECK(insn_decode(bytes, sizeof(bytes), 64, &insn));
	CHECK_EQ(insn.length, 15);
	bytes[13] = 0x66;
	bytes[14] = 0x89;
	bytes[15] = 0x08;
	CHECK(!insn_decode(bytes, sizeof(bytes), 64, &insn));
}

TEST(insn_any_bytes)
{
	uint32_t seed = 1;

	for (unsigned n = 0; n < 1000000; n++) {
		static const unsigned modes[] = { 16, 32, 64 };
		uint8_t bytes[INSN_MAX];
		struct insn insn;
		unsigned count = n % (INSN_MAX + 1);

		for (unsigned i = 0; i < sizeof(bytes); i++)
			bytes[i] = (uint8_t)((seed = seed * 1664525 + 1013904223) >> 24);
		if (!insn_decode(bytes, count, modes[n % 3], &insn))
			continue;
		CHECK(insn.length <= count && insn.reg < 16);
		CHECK(insn.size == 1 || insn.size == 2 || insn.size == 4 || insn.size == 8);
		CHECK(!insn.high_byte || insn.reg < 4);
	}
}
