// SPDX-License-Identifier: GPL-2.0
/* Decoder of moves from and to memory: see insn.h. */
#include <arch/insn.h>

/* Not beyond the bytes there are: a flag remembers, and every byte read from there on is 0. */
struct stream {
	const uint8_t *bytes;
	unsigned count, at;
	bool overrun;
};

/* What prefixes say. */
struct prefixes {
	bool operand, address; /* 66, 67 */
	uint8_t rex;
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

/* Gives the opcode's first byte. LOCK and repetitions don't go with moves: they are refused as
 * opcodes. A REX prefix counts right before the opcode only (APM 3, 1.2.7). */
static uint8_t skip_prefixes(struct stream *s, unsigned mode, struct prefixes *p)
{
	for (;;) {
		uint8_t byte = next(s);

		switch (byte) {
		case 0x66:
			p->operand = true;
			break;
		case 0x67:
			p->address = true;
			break;
		case 0x26:
		case 0x2e:
		case 0x36:
		case 0x3e:
		case 0x64:
		case 0x65:
			break;
		default:
			if (mode != 64 || (byte & 0xf0) != 0x40)
				return byte;
			p->rex = byte;
			continue;
		}
		p->rex = 0;
	}
}

/* Where the address is doesn't matter, the fault told it: only how long it is. False: the operand
 * is a register. */
static bool skip_address(struct stream *s, uint8_t modrm, unsigned address_bits)
{
	unsigned mod = modrm >> 6, rm = modrm & 7;

	if (mod == 3)
		return false;
	if (address_bits == 16) {
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

static unsigned operand_size(unsigned mode, const struct prefixes *p)
{
	if (p->rex & REX_W)
		return 8;
	return (mode == 16) != p->operand ? 2 : 4;
}

static unsigned address_bits(unsigned mode, const struct prefixes *p)
{
	if (mode == 64)
		return p->address ? 32 : 64;
	return (mode == 16) != p->address ? 16 : 32;
}

/* Byte registers 4..7 are AH..BH without any REX prefix (APM 3, 2.3). */
static void set_reg(struct insn *insn, unsigned reg, unsigned size, const struct prefixes *p)
{
	insn->high_byte = size == 1 && !p->rex && reg >= 4;
	insn->reg = (uint8_t)(insn->high_byte ? reg - 4 : reg);
	insn->to_size = (uint8_t)size;
}

static unsigned modrm_reg(uint8_t modrm, const struct prefixes *p)
{
	return (modrm >> 3 & 7) | (p->rex & REX_R ? 8 : 0);
}

/* 88..8b: MOV with a ModRM byte. */
static bool decode_mov(struct stream *s, uint8_t opcode, unsigned mode, const struct prefixes *p,
		       struct insn *insn)
{
	uint8_t modrm = next(s);

	insn->size = (uint8_t)(opcode & 1 ? operand_size(mode, p) : 1);
	insn->write = !(opcode & 2);
	set_reg(insn, modrm_reg(modrm, p), insn->size, p);
	return skip_address(s, modrm, address_bits(mode, p));
}

/* a0..a3: MOV between the accumulator and an address in the instruction. */
static bool decode_moffs(struct stream *s, uint8_t opcode, unsigned mode, const struct prefixes *p,
			 struct insn *insn)
{
	insn->size = (uint8_t)(opcode & 1 ? operand_size(mode, p) : 1);
	insn->write = opcode & 2;
	set_reg(insn, 0, insn->size, p);
	next_le(s, address_bits(mode, p) / 8);
	return true;
}

/* c6, c7 /0: MOV of an immediate, which is 32 bits for a 64-bit operand. */
static bool decode_immediate(struct stream *s, uint8_t opcode, unsigned mode,
			     const struct prefixes *p, struct insn *insn)
{
	uint8_t modrm = next(s);
	unsigned bytes;

	insn->size = (uint8_t)(opcode & 1 ? operand_size(mode, p) : 1);
	insn->write = insn->immediate = true;
	if (modrm & 0x38 || !skip_address(s, modrm, address_bits(mode, p)))
		return false;
	bytes = insn->size == 8 ? 4 : insn->size;
	insn->value = next_le(s, bytes);
	if (insn->size == 8)
		insn->value = (uint64_t)(int64_t)(int32_t)insn->value;
	return true;
}

/* 0f b6, b7, be, bf: MOVZX and MOVSX. */
static bool decode_extend(struct stream *s, unsigned mode, const struct prefixes *p,
			  struct insn *insn)
{
	uint8_t opcode = next(s), modrm;

	if ((opcode & 0xf6) != 0xb6)
		return false;
	modrm = next(s);
	insn->size = opcode & 1 ? 2 : 1;
	insn->sign = opcode & 8;
	set_reg(insn, modrm_reg(modrm, p), operand_size(mode, p), p);
	return skip_address(s, modrm, address_bits(mode, p));
}

bool insn_decode(const uint8_t *bytes, unsigned count, unsigned mode, struct insn *insn)
{
	struct stream s = { .bytes = bytes, .count = MIN(count, INSN_MAX) };
	struct prefixes p = { 0 };
	uint8_t opcode = skip_prefixes(&s, mode, &p);
	bool ok;

	*insn = (struct insn){ 0 };
	if (opcode >= 0x88 && opcode <= 0x8b)
		ok = decode_mov(&s, opcode, mode, &p, insn);
	else if (opcode >= 0xa0 && opcode <= 0xa3)
		ok = decode_moffs(&s, opcode, mode, &p, insn);
	else if (opcode == 0xc6 || opcode == 0xc7)
		ok = decode_immediate(&s, opcode, mode, &p, insn);
	else
		ok = opcode == 0x0f && decode_extend(&s, mode, &p, insn);
	insn->length = (uint8_t)s.at;
	return ok && !s.overrun;
}
