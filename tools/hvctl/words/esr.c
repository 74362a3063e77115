// SPDX-License-Identifier: GPL-2.0
#include <inttypes.h>
#include <stddef.h>

#include "words/esr.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* Bits high..low of a syndrome. */
static unsigned int bits(uint64_t esr, unsigned int high, unsigned int low)
{
	return esr >> low & ((1u << (high - low + 1)) - 1);
}

/* Exception classes, ESR_ELx.EC. */
enum {
	EC_WFX = 0x01,
	EC_HVC64 = 0x16,
	EC_SMC64 = 0x17,
	EC_SYSREG = 0x18,
	EC_INSN_ABORT_LOWER = 0x20,
	EC_INSN_ABORT_SAME = 0x21,
	EC_DATA_ABORT_LOWER = 0x24,
	EC_DATA_ABORT_SAME = 0x25,
	EC_SERROR = 0x2f,
	EC_BRK64 = 0x3c,
};

static const char *const classes[64] = {
	[0x00] = "undefined instruction",
	[EC_WFX] = "wait",
	[0x03] = "AArch32 MCR or MRC (CP15)",
	[0x04] = "AArch32 MCRR or MRRC (CP15)",
	[0x05] = "AArch32 MCR or MRC (CP14)",
	[0x06] = "AArch32 LDC or STC",
	[0x07] = "floating point, SIMD or SVE while trapped",
	[0x08] = "AArch32 VMRS",
	[0x09] = "pointer authentication while trapped",
	[0x0a] = "LD64B or ST64B while trapped",
	[0x0c] = "AArch32 MRRC (CP14)",
	[0x0d] = "branch target exception",
	[0x0e] = "illegal execution state",
	[0x11] = "AArch32 SVC",
	[0x12] = "AArch32 HVC",
	[0x13] = "AArch32 SMC",
	[0x15] = "SVC",
	[EC_HVC64] = "HVC",
	[EC_SMC64] = "SMC",
	[EC_SYSREG] = "system register or instruction",
	[0x19] = "SVE while trapped",
	[0x1a] = "ERET while trapped",
	[0x1c] = "pointer authentication failure",
	[0x1d] = "SME while trapped",
	[EC_INSN_ABORT_LOWER] = "instruction abort",
	[EC_INSN_ABORT_SAME] = "instruction abort at the same exception level",
	[0x22] = "misaligned program counter",
	[EC_DATA_ABORT_LOWER] = "data abort",
	[EC_DATA_ABORT_SAME] = "data abort at the same exception level",
	[0x26] = "misaligned stack pointer",
	[0x27] = "memory copy or set instruction",
	[0x28] = "AArch32 floating point exception",
	[0x2c] = "floating point exception",
	[EC_SERROR] = "SError",
	[0x30] = "breakpoint",
	[0x31] = "breakpoint at the same exception level",
	[0x32] = "software step",
	[0x33] = "software step at the same exception level",
	[0x34] = "watchpoint",
	[0x35] = "watchpoint at the same exception level",
	[0x38] = "AArch32 BKPT",
	[EC_BRK64] = "BRK",
};

/* System registers that a guest runs into most; the rest are written by number. */
static const struct {
	uint16_t encoding; /* op0 op1 CRn CRm op2 in 2+3+4+4+3 bits, as in MRS */
	const char *name;
} registers[] = {
#define REG(op0, op1, crn, crm, op2) ((op0) << 14 | (op1) << 11 | (crn) << 7 | (crm) << 3 | (op2))
	{ REG(3, 0, 1, 0, 1), "ACTLR_EL1" },	   { REG(3, 0, 4, 6, 0), "ICC_PMR_EL1" },
	{ REG(3, 0, 12, 8, 1), "ICC_EOIR0_EL1" },  { REG(3, 0, 12, 8, 4), "ICC_AP0R0_EL1" },
	{ REG(3, 0, 12, 9, 0), "ICC_AP1R0_EL1" },  { REG(3, 0, 12, 11, 1), "ICC_DIR_EL1" },
	{ REG(3, 0, 12, 11, 5), "ICC_SGI1R_EL1" }, { REG(3, 0, 12, 11, 6), "ICC_ASGI1R_EL1" },
	{ REG(3, 0, 12, 11, 7), "ICC_SGI0R_EL1" }, { REG(3, 0, 12, 12, 4), "ICC_CTLR_EL1" },
	{ REG(3, 0, 12, 12, 5), "ICC_SRE_EL1" },   { REG(1, 0, 7, 6, 2), "DC ISW" },
	{ REG(1, 0, 7, 10, 2), "DC CSW" },	   { REG(1, 0, 7, 14, 2), "DC CISW" },
#undef REG
};

static const char *register_name(uint16_t encoding)
{
	unsigned int i;

	for (i = 0; i < COUNT(registers); i++) {
		if (registers[i].encoding == encoding)
			return registers[i].name;
	}
	return NULL;
}

/* ISS of EC 0x18: Op0 21:20, Op2 19:17, Op1 16:14, CRn 13:10, Rt 9:5, CRm 4:1, read 0. */
static void write_sysreg(FILE *out, uint64_t esr)
{
	unsigned int op0 = bits(esr, 21, 20), op1 = bits(esr, 16, 14), crn = bits(esr, 13, 10);
	unsigned int crm = bits(esr, 4, 1), op2 = bits(esr, 19, 17), rt = bits(esr, 9, 5);
	const char *name = register_name(op0 << 14 | op1 << 11 | crn << 7 | crm << 3 | op2);

	fputs(bits(esr, 0, 0) ? ": read of " : ": write of ", out);
	if (name)
		fputs(name, out);
	else
		fprintf(out, "S%u_%u_C%u_C%u_%u", op0, op1, crn, crm, op2);
	fprintf(out, rt == 31 ? " (xzr)" : " (x%u)", rt);
}

/* DFSC and IFSC, the low 6 bits of an abort's ISS. */
static void write_fault_status(FILE *out, unsigned int status)
{
	static const char *const by_level[] = {
		"address size fault",
		"translation fault",
		"access flag fault",
		"permission fault",
	};

	if (status < 0x10)
		fprintf(out, "%s at level %u", by_level[status >> 2], status & 3);
	else if (status == 0x10)
		fputs("external abort", out);
	else if (status >= 0x14 && status <= 0x17)
		fprintf(out, "external abort on a table walk, level %u", status & 3);
	else if (status == 0x21)
		fputs("alignment fault", out);
	else if (status == 0x30)
		fputs("TLB conflict", out);
	else
		fprintf(out, "fault status 0x%x", status);
}

/* ISS of data aborts: ISV 24, SAS 23:22, S1PTW 7, WnR 6, CM 8. */
static void write_data_abort(FILE *out, uint64_t esr)
{
	fputs(": ", out);
	if (bits(esr, 8, 8))
		fputs("cache maintenance", out);
	else
		fputs(bits(esr, 6, 6) ? "write" : "read", out);
	if (bits(esr, 24, 24))
		fprintf(out, " of %u bytes", 1u << bits(esr, 23, 22));
	if (bits(esr, 7, 7))
		fputs(" by its own table walk", out);
	fputs(", ", out);
	write_fault_status(out, bits(esr, 5, 0));
}

static void write_insn_abort(FILE *out, uint64_t esr)
{
	fputs(bits(esr, 7, 7) ? ": own table walk, " : ": ", out);
	write_fault_status(out, bits(esr, 5, 0));
}

void write_esr(FILE *out, uint64_t esr)
{
	unsigned int class = bits(esr, 31, 26);

	if (classes[class])
		fputs(classes[class], out);
	else
		fprintf(out, "exception class 0x%02x", class);
	switch (class) {
	case EC_WFX:
		fputs(bits(esr, 0, 0) ? ": WFE" : ": WFI", out);
		break;
	case 0x15:
	case EC_HVC64:
	case EC_SMC64:
	case EC_BRK64:
		fprintf(out, " #%u", bits(esr, 15, 0));
		break;
	case EC_SYSREG:
		write_sysreg(out, esr);
		break;
	case EC_INSN_ABORT_LOWER:
	case EC_INSN_ABORT_SAME:
		write_insn_abort(out, esr);
		break;
	case EC_DATA_ABORT_LOWER:
	case EC_DATA_ABORT_SAME:
		write_data_abort(out, esr);
		break;
	}
}

bool esr_has_address(uint64_t esr)
{
	unsigned int class = bits(esr, 31, 26);

	return class >= EC_INSN_ABORT_LOWER && class <= EC_DATA_ABORT_SAME;
}
