// SPDX-License-Identifier: GPL-2.0
/*
 * Compares the decoder with a disassembler, both ways: an instruction that it decodes is that move,
 * and it decodes every move between memory and a general register or an immediate that has no LOCK
 * or REP prefix.
 *
 * Input: one byte for the mode, then the instruction and the bytes behind it.
 */
#include "../fuzz.h"
#include <Zydis/Zydis.h>
#include <arch/insn.h>
#include <string.h>

struct known {
	ZydisDecodedInstruction insn;
	ZydisDecodedOperand operands[ZYDIS_MAX_OPERAND_COUNT];
	const ZydisDecodedOperand *memory, *other; /* the memory operand, and the other one */
};

static bool disassemble(const uint8_t *bytes, size_t count, unsigned mode, struct known *k)
{
	static const struct {
		ZydisMachineMode mode;
		ZydisStackWidth width;
	} modes[] = {
		{ ZYDIS_MACHINE_MODE_LEGACY_16, ZYDIS_STACK_WIDTH_16 },
		{ ZYDIS_MACHINE_MODE_LEGACY_32, ZYDIS_STACK_WIDTH_32 },
		{ ZYDIS_MACHINE_MODE_LONG_64, ZYDIS_STACK_WIDTH_64 },
	};
	ZydisDecoder decoder;

	ZydisDecoderInit(&decoder, modes[mode].mode, modes[mode].width);
	if (!ZYAN_SUCCESS(ZydisDecoderDecodeFull(&decoder, bytes, count, &k->insn, k->operands)))
		return false;
	for (unsigned i = 0; i < 2; i++) {
		if (k->operands[i].type != ZYDIS_OPERAND_TYPE_MEMORY)
			continue;
		k->memory = &k->operands[i];
		k->other = &k->operands[1 - i];
	}
	return k->memory;
}

static bool is_general(ZydisRegister reg)
{
	ZydisRegisterClass class = ZydisRegisterGetClass(reg);

	return class >= ZYDIS_REGCLASS_GPR8 && class <= ZYDIS_REGCLASS_GPR64;
}

/* Must the decoder accept this instruction? */
static bool is_ours(const struct known *k)
{
	ZydisMnemonic mnemonic = k->insn.mnemonic;

	if (k->insn.attributes &
	    (ZYDIS_ATTRIB_HAS_LOCK | ZYDIS_ATTRIB_HAS_REP | ZYDIS_ATTRIB_HAS_REPE |
	     ZYDIS_ATTRIB_HAS_REPNE | ZYDIS_ATTRIB_HAS_XACQUIRE | ZYDIS_ATTRIB_HAS_XRELEASE))
		return false;
	for (unsigned i = 0; i < k->insn.raw.prefix_count; i++)
		if (k->insn.raw.prefixes[i].value >= 0xf0) /* even where they have no effect */
			return false;
	if (mnemonic != ZYDIS_MNEMONIC_MOV && mnemonic != ZYDIS_MNEMONIC_MOVZX &&
	    mnemonic != ZYDIS_MNEMONIC_MOVSX)
		return false;
	return k->other->type == ZYDIS_OPERAND_TYPE_IMMEDIATE ||
	       (k->other->type == ZYDIS_OPERAND_TYPE_REGISTER && is_general(k->other->reg.value));
}

/* Zydis numbers AH to BH after the low bytes of the first four registers. */
static void check_register(const struct insn *insn, ZydisRegister reg)
{
	unsigned number = (unsigned)ZydisRegisterGetId(reg);
	bool high = reg >= ZYDIS_REGISTER_AH && reg <= ZYDIS_REGISTER_BH;

	if (ZydisRegisterGetClass(reg) == ZYDIS_REGCLASS_GPR8)
		number = high			     ? reg - ZYDIS_REGISTER_AH
			 : reg >= ZYDIS_REGISTER_SPL ? reg - ZYDIS_REGISTER_SPL + 4u
						     : reg - ZYDIS_REGISTER_AL;
	CHECK_EQ(insn->reg, number);
	CHECK_EQ(insn->high_byte, high);
	if (!insn->write)
		CHECK_EQ(insn->to_size * 8u,
			 ZydisRegisterGetWidth(ZYDIS_MACHINE_MODE_LONG_64, reg));
}

static void check(const struct insn *insn, const struct known *k)
{
	bool immediate = k->other->type == ZYDIS_OPERAND_TYPE_IMMEDIATE;

	CHECK_EQ(insn->length, k->insn.length);
	CHECK_EQ(insn->size * 8u, k->memory->size);
	CHECK_EQ(insn->write, k->memory == &k->operands[0]);
	CHECK_EQ(insn->immediate, immediate);
	CHECK_EQ(insn->sign, k->insn.mnemonic == ZYDIS_MNEMONIC_MOVSX);
	if (immediate)
		CHECK_EQ((insn->value ^ k->other->imm.value.u) << (64 - k->memory->size), 0);
	else
		check_register(insn, k->other->reg.value);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct known known = { 0 };
	struct insn insn;
	unsigned mode;
	bool ours;

	if (size < 2)
		return 0;
	mode = data[0] % 3;
	data++;
	size = MIN(size - 1, INSN_MAX);
	ours = disassemble(data, size, mode, &known) && is_ours(&known);
	CHECK_EQ(insn_decode(data, (unsigned)size, 16u << mode, &insn), ours);
	if (ours)
		check(&insn, &known);
	return 0;
}
