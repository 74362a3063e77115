// SPDX-License-Identifier: GPL-2.0
/* Trapped MRS, MSR and system instructions. */
#include <arch/el2.h>
#include <arch/gic.h>
#include <arch/iss.h>
#include <arch/sysregs.h>
#include <arch/trap.h>
#include <hyp/arch.h>

#define ISS_CRM(esr) ((unsigned)((esr) >> 1 & 0xf))
#define ISS_OP2(esr) ((unsigned)((esr) >> 17 & 7))

#define FIELD(shift) (0xfull << (shift))

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
	unsigned crm = ISS_CRM(esr), op2 = ISS_OP2(esr);

	if ((esr & ISS_REGISTER) != (ISS_OF(3u, 0u, 0u, crm, op2) | ISS_READ) || crm < 1 || crm > 7)
		return false;
	reg_write(regs, ISS_RT(esr), read_id(crm, op2) & ~hidden(crm, op2));
	return true;
}

/* Trapped MSR and MRS come from AArch64: they are 4 bytes long. */
static inline void skip_a64(void)
{
	write_sysreg(read_sysreg(elr_el2) + 4, elr_el2);
}

/* Emulate all but the GIC's registers; false: not a register that a guest may access. */
static bool emulate(struct percpu *cpu, struct guest_regs *regs, uint64_t esr)
{
	uint64_t reg = esr & ISS_REGISTER;

	if (reg == ISS_DC_ISW || reg == ISS_DC_CSW || reg == ISS_DC_CISW) {
		count_exit(cpu, BH_EXIT_CACHE);
		handle_set_way(cpu);
		return true;
	}
	count_exit(cpu, BH_EXIT_SYSREG);
	if (reg == (ISS_ACTLR | ISS_READ)) /* reads as zero, ignores writes */
		reg_write(regs, ISS_RT(esr), 0);
	return (reg & ~ISS_READ) == ISS_ACTLR || handle_vm_register(cpu, regs, esr) ||
	       id_register(regs, esr);
}

static bool __attribute__((noinline))
other_sysreg(struct percpu *cpu, struct guest_regs *regs, uint64_t esr)
{
	if (!gic_sysreg(cpu, regs, esr) && !emulate(cpu, regs, esr)) {
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
