// SPDX-License-Identifier: GPL-2.0
/* Trapped MRS, MSR and system instructions (DDI 0487 D17.2.37, ISS for EC 0x18). */
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

/* The ID register S3_0_C0_C<crm>_<op2> of this CPU; crm: 1 to 7. */
static uint64_t read_id(unsigned crm, unsigned op2)
{
	return read_sysreg_n(S3_0_C0_C, ID_ROWS, , (crm - 1) * 8 + op2);
}

/* Fields of ID registers that a cell sees as 0: what we don't reset, and EL2, EL3 themselves. */
static uint64_t hidden(unsigned crm, unsigned op2)
{
	switch (crm * 8 + op2) {
	case 4 * 8 + 0: /* ID_AA64PFR0: EL2, EL3, RAS, SVE, MPAM, AMU */
		return FIELD(8) | FIELD(12) | FIELD(28) | FIELD(32) | FIELD(40) | FIELD(44);
	case 4 * 8 +
		1: /* ID_AA64PFR1: MTE, RAS_frac, MPAM_frac, SME, NMI and all that came later */
		return FIELD(8) | FIELD(12) | FIELD(16) | FIELD(24) | ~0ull << 36;
	case 4 * 8 + 2: /* ID_AA64PFR2 */
	case 4 * 8 + 4: /* ID_AA64ZFR0 */
	case 4 * 8 + 5: /* ID_AA64SMFR0 */
	case 5 * 8 + 1: /* ID_AA64DFR1 */
	case 7 * 8 + 3: /* ID_AA64MMFR3, 4: HCRX_EL2 and the fine-grained traps forbid it */
	case 7 * 8 + 4:
		return ~0ull;
	case 5 * 8 + 0: /* ID_AA64DFR0: trace, SPE, trace filter, trace buffer, branch records */
		return FIELD(4) | FIELD(32) | FIELD(40) | FIELD(44) | FIELD(52);
	case 6 * 8 + 1: /* ID_AA64ISAR1: LS64 */
		return FIELD(60);
	case 6 * 8 + 2: /* ID_AA64ISAR2: MOPS, 128-bit registers */
		return FIELD(16) | FIELD(32) | FIELD(36);
	case 7 * 8 + 0: /* ID_AA64MMFR0: FGT, ECV */
		return FIELD(56) | FIELD(60);
	case 7 * 8 + 1: /* ID_AA64MMFR1: VH, LO, HCX */
		return FIELD(8) | FIELD(16) | FIELD(40);
	case 7 * 8 + 2: /* ID_AA64MMFR2: NV */
		return FIELD(24);
	default:
		return 0;
	}
}

/* ID group 3 (HCR_EL2.TID3). */
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

/* MSR and MRS are AArch64's: 4 bytes. */
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

/* SGIs first: a guest's every interrupt to another CPU comes here. */
bool handle_sysreg(struct percpu *cpu, struct guest_regs *regs, uint64_t esr)
{
	if (unlikely((esr & ISS_REGISTER) != ISS_SGI1R))
		return other_sysreg(cpu, regs, esr);
	count_exit(cpu, BH_EXIT_SGI);
	gic_send_sgi(cpu, reg_read(regs, ISS_RT(esr)));
	skip_a64();
	return false;
}
