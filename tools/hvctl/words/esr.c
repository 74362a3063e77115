// SPDX-License-Identifier: GPL-2.0
#include <stddef.h>

#include "words/esr.h"
#include "words/tables.h"

/* Bits high..low of a syndrome. */
static unsigned int bits(uint64_t esr, unsigned int high, unsigned int low)
{
	return esr >> low & ((1u << (high - low + 1)) - 1);
}

/* Exception classes, ESR_ELx.EC. */
enum {
	EC_WFX = 0x01,
	EC_SVC64 = 0x15,
	EC_HVC64 = 0x16,
	EC_SMC64 = 0x17,
	EC_SYSREG = 0x18,
	EC_INSN_ABORT_LOWER = 0x20,
	EC_INSN_ABORT_SAME = 0x21,
	EC_DATA_ABORT_LOWER = 0x24,
	EC_DATA_ABORT_SAME = 0x25,
	EC_BRK64 = 0x3c,
};

static const char *const classes[64] = {
#define CLASS(class, words) [class] = words,
	SYNDROME_CLASSES(CLASS)
};

/* op0 op1 CRn CRm op2 in 2+3+4+4+3 bits, as in MRS. */
#define REGISTER(op0, op1, crn, crm, op2, ...) \
	((op0) << 14 | (op1) << 11 | (crn) << 7 | (crm) << 3 | (op2))

static const char *register_name(unsigned int encoding)
{
	switch (encoding) {
#define RETURN_NAME(op0, op1, crn, crm, op2, name) \
	case REGISTER(op0, op1, crn, crm, op2):    \
		return name;
		SYSTEM_REGISTERS(RETURN_NAME)
	}
	return NULL;
}

/*
 * Describes a trapped MSR or MRS (EC 0x18). ISS: Op0 21:20, Op2 19:17, Op1 16:14, CRn 13:10, Rt
 * 9:5, CRm 4:1, read 0.
 */
static void write_sysreg(FILE *out, uint64_t esr)
{
	unsigned int op0 = bits(esr, 21, 20), op1 = bits(esr, 16, 14), crn = bits(esr, 13, 10);
	unsigned int crm = bits(esr, 4, 1), op2 = bits(esr, 19, 17), rt = bits(esr, 9, 5);
	const char *name = register_name(REGISTER(op0, op1, crn, crm, op2));

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
	static const struct {
		unsigned int first, last;
		const char *words;
	} faults[] = {
#define FAULT(first, last, words) { first, last, words },
		FAULT_STATUSES(FAULT)
	};
	unsigned int i;

	for (i = 0; i < COUNT(faults); i++) {
		if (status < faults[i].first || status > faults[i].last)
			continue;
		fputs(faults[i].words, out);
		if (faults[i].first != faults[i].last)
			fprintf(out, " at level %u", status & 3);
		return;
	}
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
	case EC_SVC64:
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
