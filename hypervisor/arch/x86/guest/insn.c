// SPDX-License-Identifier: GPL-2.0
/* Decoder of moves to and from memory: see insn.h. */
#include <arch/insn.h>

/* The bytes of an instruction. A read beyond the last byte returns 0 and sets `overrun`. */
struct stream {
	const uint8_t *bytes;
	unsigned count, at;
	bool overrun;

	/* From the mode and the prefixes */
	uint8_t rex;
	uint8_t operand_size; /* bytes; byte opcodes ignore it */
	uint8_t address_bits;
};

#define REX_W 8u
#define REX_R 4u

static uint8_t next(struct stream *s)
{
	if (s->at < s->count)
		return s->bytes[s->at++];
	s->overrun = true;
	return 0;
}

static uint64_t next_le(struct stream *s, unsigned size)
{
	uint64_t value = 0;

	for (unsigned i = 0; i < size; i++)
		value |= (uint64_t)next(s) << (8 * i);
	return value;
}

/* Returns the opcode's first byte. LOCK and REP are not prefixes of moves, so they are returned
 * like unknown opcodes. A REX prefix counts only directly before the opcode (APM 3, 1.2.7). */
static uint8_t skip_prefixes(struct stream *s, unsigned mode)
{
	bool small_operand = mode == 16, small_address = mode == 16;
	uint8_t byte;

	for (;; s->rex = (byte & 0xf0) == 0x40 ? byte : 0) {
		byte = next(s);
		switch (byte) {
		case 0x66:
			small_operand = mode != 16;
			continue;
		case 0x67:
			small_address = mode != 16;
			continue;
		case 0x26:
		case 0x2e:
		case 0x36:
		case 0x3e:
		case 0x64:
		case 0x65:
			continue;
		}
		if (mode != 64 || (byte & 0xf0) != 0x40)
			break;
	}
	s->operand_size = s->rex & REX_W ? 8 : small_operand ? 2 : 4;
	s->address_bits = (uint8_t)((mode == 64 ? 64 : 32) >> small_address);
	return byte;
}

/* Skips SIB and displacement: the fault has already provided the address. False: the operand is a
 * register. */
static bool skip_address(struct stream *s, uint8_t modrm)
{
	unsigned mod = modrm >> 6, rm = modrm & 7;

	if (mod == 3)
		return false;
	if (s->address_bits == 16) {
		next_le(s, mod == 1 ? 1 : mod == 2 || rm == 6 ? 2 : 0);
		return true;
	}
	if (rm == 4) {
		uint8_t sib = next(s);

		if (mod == 0 && (sib & 7) == 5)
			next_le(s, 4);
	} else if (mod == 0 && rm == 5) {
		next_le(s, 4);
	}
	next_le(s, mod == 1 ? 1 : mod == 2 ? 4 : 0);
	return true;
}

/* Without a REX prefix, byte registers 4 to 7 are AH, CH, DH and BH (APM 3, 2.3). */
static void set_reg(const struct stream *s, struct insn *insn, unsigned reg, uint8_t size)
{
	insn->high_byte = size == 1 && !s->rex && reg >= 4;
	insn->reg = (uint8_t)(insn->high_byte ? reg - 4 : reg);
	insn->to_size = size;
}

static unsigned modrm_reg(const struct stream *s, uint8_t modrm)
{
	return (modrm >> 3 & 7) | (s->rex & REX_R ? 8 : 0);
}

/* 88..8b: MOV with a ModRM byte. */
static bool decode_mov(struct stream *s, uint8_t opcode, struct insn *insn)
{
	uint8_t modrm = next(s);

	insn->write = !(opcode & 2);
	set_reg(s, insn, modrm_reg(s, modrm), insn->size);
	return skip_address(s, modrm);
}

/* a0..a3: MOV between the accumulator and an address in the instruction. */
static bool decode_moffs(struct stream *s, uint8_t opcode, struct insn *insn)
{
	insn->write = opcode & 2;
	set_reg(s, insn, 0, insn->size);
	next_le(s, s->address_bits / 8);
	return true;
}

/* c6, c7 /0: MOV of an immediate; for 64-bit operands it has 32 bits and is sign-extended. */
static bool decode_immediate(struct stream *s, struct insn *insn)
{
	uint8_t modrm = next(s);

	insn->write = insn->immediate = true;
	if (modrm & 0x38 || !skip_address(s, modrm))
		return false;
	insn->value = next_le(s, MIN(insn->size, 4));
	if (insn->size == 8)
		insn->value = (uint64_t)(int64_t)(int32_t)insn->value;
	return true;
}

/* 0f b6, b7, be, bf: MOVZX and MOVSX. */
static bool decode_extend(struct stream *s, struct insn *insn)
{
	uint8_t opcode = next(s), modrm;

	if ((opcode & 0xf6) != 0xb6)
		return false;
	modrm = next(s);
	insn->size = opcode & 1 ? 2 : 1;
	insn->sign = opcode & 8;
	set_reg(s, insn, modrm_reg(s, modrm), s->operand_size);
	return skip_address(s, modrm);
}

bool insn_decode(const uint8_t *bytes, unsigned count, unsigned mode, struct insn *insn)
{
	struct stream s = { .bytes = bytes, .count = MIN(count, INSN_MAX) };
	uint8_t opcode = skip_prefixes(&s, mode);
	bool ok;

	*insn = (struct insn){ .size = opcode & 1 ? s.operand_size : 1 };
	if (opcode >= 0x88 && opcode <= 0x8b)
		ok = decode_mov(&s, opcode, insn);
	else if (opcode >= 0xa0 && opcode <= 0xa3)
		ok = decode_moffs(&s, opcode, insn);
	else if (opcode == 0xc6 || opcode == 0xc7)
		ok = decode_immediate(&s, insn);
	else
		ok = opcode == 0x0f && decode_extend(&s, insn);
	insn->length = (uint8_t)s.at;
	return ok && !s.overrun;
}
