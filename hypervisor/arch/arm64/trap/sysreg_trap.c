// SPDX-License-Identifier: GPL-2.0
/* Trapped MRS, MSR and system instructions. */
#include <arch/el2.h>
#include <arch/gic.h>
#include <arch/iss.h>
#include <arch/sysreg.h>
#include <arch/trap.h>
#include <hyp/arch.h>

#define ISS_CRM(esr) ((unsigned)((esr) >> 1 & 0xf))
#define ISS_CRN(esr) ((unsigned)((esr) >> 10 & 0xf))
#define ISS_OP1(esr) ((unsigned)((esr) >> 14 & 7))
#define ISS_OP2(esr) ((unsigned)((esr) >> 17 & 7))
#define ISS_OP0(esr) ((unsigned)((esr) >> 20 & 3))

#define FIELD(shift) (0xfull << (shift))

#define ID_ROW(m) #m "_0, " #m "_1, " #m "_2, " #m "_3, " #m "_4, " #m "_5, " #m "_6, " #m "_7"
#define ID_ROWS   \
	ID_ROW(1) \
	", " ID_ROW(2) ", " ID_ROW(3) ", " ID_ROW(4) ", " ID_ROW(5) ", " ID_ROW(6) ", " ID_ROW(7)

/* This CPU's ID register S3_0_C0_C<crm>_<op2>; crm is 1 to 7. */
static uint64_t read_id(unsigned crm, unsigned op2)
{
	return read_sysreg_n(S3_0_C0_C, ID_ROWS, , (crm - 1) * 8 + op2);
}

/* Fields that cells read as 0: EL2 and EL3, and features with state that reset.c doesn't reset. */
static const struct {
	uint8_t crm, op2;
	uint64_t fields;
} hidden_fields[] = {
	/* ID_AA64PFR0: EL2, EL3, RAS, SVE, MPAM, AMU */
	{ 4, 0, FIELD(8) | FIELD(12) | FIELD(28) | FIELD(32) | FIELD(40) | FIELD(44) },
	/* ID_AA64PFR1: MTE, RAS_frac, MPAM_frac, SME, NMI and all later features */
	{ 4, 1, FIELD(8) | FIELD(12) | FIELD(16) | FIELD(24) | ~0ull << 36 },
	{ 4, 2, ~0ull }, /* ID_AA64PFR2 */
	{ 4, 4, ~0ull }, /* ID_AA64ZFR0 */
	{ 4, 5, ~0ull }, /* ID_AA64SMFR0 */
	/* ID_AA64DFR0: trace, SPE, trace filter, trace buffer, branch records */
	{ 5, 0, FIELD(4) | FIELD(32) | FIELD(40) | FIELD(44) | FIELD(52) },
	{ 5, 1, ~0ull },			     /* ID_AA64DFR1 */
	{ 6, 1, FIELD(60) },			     /* ID_AA64ISAR1: LS64 */
	{ 6, 2, FIELD(16) | FIELD(32) | FIELD(36) }, /* ID_AA64ISAR2: MOPS, 128-bit registers */
	{ 7, 0, FIELD(56) | FIELD(60) },	     /* ID_AA64MMFR0: FGT, ECV */
	{ 7, 1, FIELD(8) | FIELD(16) | FIELD(40) },  /* ID_AA64MMFR1: VH, LO, HCX */
	{ 7, 2, FIELD(24) },			     /* ID_AA64MMFR2: NV */
	{ 7, 3, ~0ull }, /* ID_AA64MMFR3, 4: controlled by HCRX_EL2 and HFG*_EL2 */
	{ 7, 4, ~0ull },
};

static uint64_t hidden(unsigned crm, unsigned op2)
{
	for (unsigned i = 0; i < ARRAY_SIZE(hidden_fields); i++)
		if (hidden_fields[i].crm == crm && hidden_fields[i].op2 == op2)
			return hidden_fields[i].fields;
	return 0;
}

/* Emulate a read of ID group 3, which HCR_EL2.TID3 traps; false: another register. */
static bool id_register(struct guest_regs *regs, uint64_t esr)
{
	if (ISS_OP0(esr) != 3 || ISS_OP1(esr) || ISS_CRN(esr) || !(esr & ISS_READ) ||
	    ISS_CRM(esr) < 1 || ISS_CRM(esr) > 7)
		return false;
	reg_write(regs, ISS_RT(esr),
		  read_id(ISS_CRM(esr), ISS_OP2(esr)) & ~hidden(ISS_CRM(esr), ISS_OP2(esr)));
	return true;
}

/* DC ISW, CSW, CISW. */
static bool is_set_way(uint64_t esr)
{
	return ISS_OP0(esr) == 1 && ISS_OP1(esr) == 0 && ISS_CRN(esr) == 7 && ISS_OP2(esr) == 2 &&
	       (ISS_CRM(esr) == 6 || ISS_CRM(esr) == 10 || ISS_CRM(esr) == 14);
}

/* ACTLR_EL1: reads as zero, ignores writes. */
static bool is_actlr(uint64_t esr)
{
	return ISS_OP0(esr) == 3 && ISS_OP1(esr) == 0 && ISS_CRN(esr) == 1 && ISS_CRM(esr) == 0 &&
	       ISS_OP2(esr) == 1;
}

/* Trapped MSR and MRS come from AArch64: they are 4 bytes long. */
static inline void skip_a64(void)
{
	write_sysreg(read_sysreg(elr_el2) + 4, elr_el2);
}

static bool __attribute__((noinline))
other_sysreg(struct percpu *cpu, struct guest_regs *regs, uint64_t esr)
{
	if (gic_sysreg(cpu, regs, esr)) {
		skip_a64();
		return kept_by_callee(ISS_RT(esr));
	}
	count_exit(cpu, is_set_way(esr) ? BH_EXIT_CACHE : BH_EXIT_SYSREG);
	if (read_sysreg(hcr_el2) & HCR_TVM && ISS_OP0(esr) == 3 && !(esr & ISS_READ) &&
	    ISS_OP1(esr) == 0 && !is_actlr(esr)) {
		handle_vm_register(cpu, regs, esr);
		return false;
	}
	if (is_set_way(esr)) {
		handle_set_way(cpu);
	} else if (is_actlr(esr)) {
		if (esr & ISS_READ)
			reg_write(regs, ISS_RT(esr), 0);
	} else if (!id_register(regs, esr)) {
		inject_undefined();
		return false;
	}
	skip_a64();
	return kept_by_callee(ISS_RT(esr));
}

/* The fast path is for SGIs: each interrupt to another CPU traps. */
bool handle_sysreg(struct percpu *cpu, struct guest_regs *regs, uint64_t esr)
{
	if (unlikely((esr & ISS_REGISTER) != ISS_SGI1R))
		return other_sysreg(cpu, regs, esr);
	count_exit(cpu, BH_EXIT_SGI);
	gic_send_sgi(cpu, reg_read(regs, ISS_RT(esr)));
	skip_a64();
	return false;
}
