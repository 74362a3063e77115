// SPDX-License-Identifier: GPL-2.0
/* Every system register and system instruction that can be encoded. */
#include "args.h"
#include "cpu.h"
#include "exception.h"
#include "hostile_arch.h"
#include "info.h"
#include "insn.h"
#include "sysreg.h"

/* op0<0>, op1, CRn, CRm, op2 as in the instruction, shifted down to bit 0. */
#define ENCODING(op0, op1, crn, crm, op2) \
	(((op0)&1) << 14 | (op1) << 11 | (crn) << 7 | (crm) << 3 | (op2))
#define N_ENCODINGS (1u << 15)
#define SYS_X0 0xd5080000u /* SYS (op0 1); add an encoding shifted by 5 */
#define N_SYS (1u << 14)

/* The set of encodings with (encoding & mask) == value. */
struct pattern {
	uint16_t mask, value;
};

#define ALL 0x7fff
#define WITHOUT_OP2 (ALL & ~7)
#define OP0_OP1 (1 << 14 | 7 << 11)
#define AMU_MASK (OP0_OP1 | 15 << 7)

/* Registers that this program uses: random values would end it. */
static const struct pattern own[] = {
	{ ALL, ENCODING(3, 0, 1, 0, 0) },  /* SCTLR_EL1 */
	{ ALL, ENCODING(3, 0, 12, 0, 0) }, /* VBAR_EL1 */
	{ ALL, ENCODING(3, 0, 13, 0, 4) }, /* TPIDR_EL1 */
	{ ALL, ENCODING(3, 0, 4, 2, 0) },  /* SPSel */
	{ ALL, ENCODING(3, 3, 4, 2, 1) },  /* DAIF */
};

/* Registers of the MMU. */
static const struct pattern own_mmu[] = {
	{ WITHOUT_OP2, ENCODING(3, 0, 2, 0, 0) }, /* TTBR0_EL1, TTBR1_EL1, TCR_EL1 */
	{ ALL, ENCODING(3, 0, 10, 2, 0) },	  /* MAIR_EL1 */
};

/* Registers of higher exception levels, always undefined at EL1. */
static const struct pattern higher[] = {
	{ OP0_OP1, ENCODING(3, 4, 0, 0, 0) }, /* EL2 */
	{ OP0_OP1, ENCODING(3, 5, 0, 0, 0) }, /* EL1 registers by their EL2 names */
	{ OP0_OP1, ENCODING(3, 6, 0, 0, 0) }, /* EL3 */
	{ OP0_OP1, ENCODING(3, 7, 0, 0, 0) }, /* secure timer */
	{ OP0_OP1, ENCODING(2, 4, 0, 0, 0) }, /* DBGVCR32_EL2 */
};

/*
 * Features that cells do not have. Without fine-grained traps, EL2 cannot hide
 * SME's SMPRI_EL1 and TPIDR2_EL0; selftest checks that they start as zero.
 */
static const struct pattern hidden[] = {
	{ ALL, ENCODING(3, 0, 1, 2, 0) },	   /* ZCR_EL1 */
	{ ALL, ENCODING(3, 0, 1, 2, 6) },	   /* SMCR_EL1 */
	{ ALL, ENCODING(3, 3, 4, 2, 2) },	   /* SVCR */
	{ ALL, ENCODING(3, 0, 1, 0, 5) },	   /* RGSR_EL1 */
	{ ALL, ENCODING(3, 0, 1, 0, 6) },	   /* GCR_EL1 */
	{ WITHOUT_OP2, ENCODING(3, 0, 5, 6, 0) },  /* TFSR_EL1, TFSRE0_EL1 */
	{ WITHOUT_OP2, ENCODING(3, 0, 9, 9, 0) },  /* SPE: PMS* */
	{ WITHOUT_OP2, ENCODING(3, 0, 9, 10, 0) }, /* SPE: PMB* */
	{ WITHOUT_OP2, ENCODING(3, 0, 9, 11, 0) }, /* TRBE */
	{ WITHOUT_OP2, ENCODING(3, 0, 10, 5, 0) }, /* MPAM */
};

#define HAS(table, encoding) has(table, sizeof(table) / sizeof(table[0]), encoding)

static bool has(const struct pattern *table, unsigned int n, uint32_t encoding)
{
	for (; n--; table++)
		if ((encoding & table->mask) == table->value)
			return true;
	return false;
}

static bool must_fault(uint32_t encoding)
{
	if (HAS(higher, encoding))
		return true;
	if (info_native())
		return false;
	if (HAS(hidden, encoding))
		return true;
	/* The activity monitors: S3_3_C13_C2_0 .. S3_3_C13_C15_7. */
	return (encoding & AMU_MASK) == ENCODING(3, 3, 13, 0, 0) && (encoding >> 3 & 15) >= 2;
}

static void show(const char *what, uint32_t encoding, uint64_t value)
{
	detail("%s S%u_%u_C%u_C%u_%u: 0x%lx", what, 2 + (encoding >> 14), encoding >> 11 & 7,
	       encoding >> 7 & 15, encoding >> 3 & 15, encoding & 7, value);
}

/* Counts of instructions by their result. failed: those that had an effect although they must
 * fault. */
struct tally {
	unsigned int done, undefined, other, failed;
};

/* Runs an instruction with the given x0; returns true if it faulted. */
static bool try(uint32_t insn, uint64_t *x0, struct tally *tally)
{
	uint64_t regs[PROBE_REGS] = { *x0 };
	bool fault = probe_instruction(insn, regs);

	if (!fault)
		tally->done++;
	else if (esr_class(probe_fault()->syndrome) == EC_UNKNOWN)
		tally->undefined++;
	else
		tally->other++;
	*x0 = regs[0];
	return fault;
}

static void check(const char *what, uint32_t encoding, bool fault, uint64_t value,
		  struct tally *tally)
{
	if (fault || !must_fault(encoding))
		return;
	tally->failed++;
	show(what, encoding, value);
}

static void conclude(const char *name, const struct tally *tally)
{
	gic_recover();
	report(!tally->failed, name, "%u done, %u undefined, %u other faults, %u wrongly done",
	       tally->done, tally->undefined, tally->other, tally->failed);
}

/* Disables traps to EL1 (CPACR_EL1.ZEN, FPEN, SMEN), which have priority over traps to EL2. */
static void open_traps(void)
{
	sysreg_write(cpacr_el1, 3 << 16 | 3 << 20 | 3 << 24);
	isb();
}

static uint32_t first(void)
{
	return args_get_u64("from", 0);
}

static uint32_t end(uint32_t all)
{
	uint64_t n = args_get_u64("count", all);

	return first() + n < all ? first() + n : all;
}

void attack_sysreg_read(void)
{
	struct tally tally = { 0 };

	open_traps();
	for (uint32_t e = first(); e < end(N_ENCODINGS) && keep_going(); e++) {
		uint64_t value = 0;
		bool fault = try(INSN_MRS(2, 0, 0, 0, 0) | e << 5, &value, &tally);

		check("MRS", e, fault, value, &tally);
	}
	conclude("sysreg-read", &tally);
}

/* Writes the old value, zeros, ones and a random value, and restores the old value. */
static void write_one(uint32_t encoding, struct tally *tally)
{
	uint64_t before = 0;
	bool readable =
		!try(INSN_MRS(2, 0, 0, 0, 0) | encoding << 5, &before, &(struct tally){ 0 });
	const uint64_t values[] = { before, 0, ~0ull, random64(), before };

	for (unsigned int i = 0; i < 5; i++) {
		uint64_t value = values[i];

		if (i == 4 && !readable)
			break;
		check("MSR", encoding, try(INSN_MSR(2, 0, 0, 0, 0) | encoding << 5, &value, tally),
		      value, tally);
	}
}

void attack_sysreg_write(void)
{
	struct tally tally = { 0 };

	open_traps();
	for (uint32_t e = first(); e < end(N_ENCODINGS) && keep_going(); e++) {
		if (HAS(own, e) || (args_has("mmu") && HAS(own_mmu, e)))
			continue;
		write_one(e, &tally);
	}
	conclude("sysreg-write", &tally);
}

/* SYS: caches, TLBs, address translation; x0 is the address of a spare line. */
void attack_sys(void)
{
	static uint64_t line[512] __attribute__((aligned(4096)));
	struct tally tally = { 0 };

	for (uint32_t e = first(); e < end(N_SYS) && keep_going(); e++) {
		uint64_t x0 = (uint64_t)line;
		bool fault = try(SYS_X0 | e << 5, &x0, &tally);

		/* op1 4 is EL2's: C7 (AT) and C8 (TLBI) are undefined at EL1. */
		if (!fault && (e >> 11 == 4 || e >> 11 == 6)) {
			tally.failed++;
			show("SYS", e, 0);
		}
	}
	conclude("sys", &tally);
}
