// SPDX-License-Identifier: GPL-2.0
/*
 * The EL2 registers that control EL1: saved at enable, programmed for root or
 * for a cell, restored at disable. All functions run on the CPU concerned.
 *
 * Linux programs these registers alike on all CPUs. Its values on the first CPU
 * are used for all CPUs of root, also those that were off at enable.
 */
#include <arch/boot.h>
#include <arch/el2.h>
#include <arch/gic.h>
#include <arch/stage2.h>
#include <arch/sysreg.h>
#include <hyp/arch.h>

/* Optional registers, by encoding. */
#define HCRX_EL2 S3_4_C1_C2_2
#define ZCR_EL2 S3_4_C1_C2_0
#define SMCR_EL2 S3_4_C1_C2_6
#define HFGRTR_EL2 S3_4_C1_C1_4
#define HFGWTR_EL2 S3_4_C1_C1_5
#define HFGITR_EL2 S3_4_C1_C1_6
#define HDFGRTR_EL2 S3_4_C3_C1_4
#define HDFGWTR_EL2 S3_4_C3_C1_5
#define FGT_REGISTERS HFGRTR_EL2, HFGWTR_EL2, HFGITR_EL2, HDFGRTR_EL2, HDFGWTR_EL2
#define MPAM2_EL2 S3_4_C10_C5_0
#define MPAMIDR_EL1 S3_0_C10_C4_4
#define MPAMIDR_HAS_TIDR BIT(58)
#define MPAM2_TRAPS (BIT(48) | BIT(49)) /* TRAPMPAM1EL1, TRAPMPAM0EL1 */
#define MPAM2_TIDR BIT(58)

/*
 * Root: second stage; invalidation by set/way also cleans, so no data is lost;
 * SMC traps; EL1 takes SErrors. A cell: EL2 takes SErrors; registers that are
 * not reset, or that cells must not use, trap.
 */
#define HCR_ROOT (HCR_RW | HCR_VM | HCR_SWIO | HCR_TSC)
#define HCR_CELL                                                                            \
	(HCR_RW | HCR_VM | HCR_SWIO | HCR_TSC | HCR_AMO | HCR_TID3 | HCR_TIDCP | HCR_TACR | \
	 HCR_TSW | HCR_TLOR | HCR_TERR | HCR_APK | HCR_API)

/* Linux's values, which are the same on all CPUs. The first CPU stores them at enable. */
static struct {
	bool known;
	struct linux_state base;
	uint64_t hcrx, zcr, smcr, hfgrtr, hfgwtr, hfgitr, hdfgrtr, hdfgwtr, mpam2;
} model;

#define ID_FIELD(name, shift) (read_sysreg(id_aa64##name##_el1) >> (shift)&0xf)
#define has_hcrx() ID_FIELD(mmfr1, 40)
#define has_sve() ID_FIELD(pfr0, 32)
#define has_sme() ID_FIELD(pfr1, 24)
#define has_fgt() ID_FIELD(mmfr0, 56)

bool has_mpam(void)
{
	return ID_FIELD(pfr0, 40) || ID_FIELD(pfr1, 16); /* version 0.1 */
}

/* PMUv3. 15 is an implementation defined PMU (DDI 0487 D17.2.59, PMUVer). */
bool has_pmu(void)
{
	return (ID_FIELD(dfr0, 8) + 1) % 16 > 1;
}

static void save_model(const struct linux_state *found)
{
	model.base = *found;
	if (has_hcrx())
		model.hcrx = read_sysreg(HCRX_EL2);
	if (has_sve())
		model.zcr = read_sysreg(ZCR_EL2);
	if (has_sme())
		model.smcr = read_sysreg(SMCR_EL2);
	if (has_mpam())
		model.mpam2 = read_sysreg(MPAM2_EL2);
	if (has_fgt()) {
		model.hfgrtr = read_sysreg(HFGRTR_EL2);
		model.hfgwtr = read_sysreg(HFGWTR_EL2);
		model.hfgitr = read_sysreg(HFGITR_EL2);
		model.hdfgrtr = read_sysreg(HDFGRTR_EL2);
		model.hdfgwtr = read_sysreg(HDFGWTR_EL2);
	}
	model.known = true;
}

/* Save the EL2 registers that enable changes, except SCTLR_EL2 and VBAR_EL2: entry.S and boot_cpu()
 * save these two before they change them. */
void el2_save_found(struct percpu *cpu)
{
	struct linux_state *found = &cpu->arch.found;

	found->hcr_el2 = read_sysreg(hcr_el2);
	found->cptr_el2 = read_sysreg(cptr_el2);
	found->mdcr_el2 = read_sysreg(mdcr_el2);
	found->cnthctl_el2 = read_sysreg(cnthctl_el2);
	found->vttbr_el2 = read_sysreg(vttbr_el2);
	found->vtcr_el2 = read_sysreg(vtcr_el2);
	if (!model.known)
		save_model(found);
}

/* Program the registers that root and cells have in common. */
static void enter_common(struct percpu *cpu, uint64_t hcr, uint64_t cptr, uint64_t mdcr)
{
	write_sysreg(stage2_vtcr(), vtcr_el2);
	write_sysreg(cpu->public.cell->arch.vttbr, vttbr_el2);
	write_sysreg(read_sysreg(midr_el1), vpidr_el2);
	write_sysreg(cpu->arch.mpidr, vmpidr_el2);
	write_sysreg(3, cnthctl_el2); /* EL1PCTEN, EL1PCEN: no traps of counter and timer */
	clear_sysregs(cntvoff_el2, hstr_el2);
	write_sysreg(cptr, cptr_el2);
	write_sysreg(mdcr, mdcr_el2);
	write_sysreg(hcr, hcr_el2);
	isb();
	/* Drops TLB entries of the CPU's earlier owner, or from before the second stage was on. */
	asm volatile("tlbi alle1");
	dsb(nsh);
	isb();
}

void el2_enter_root(struct percpu *cpu)
{
	/* The CPU was off at enable: disable restores the first CPU's values. */
	if (!cpu->arch.found.vbar_el2)
		cpu->arch.found = model.base;
	if (has_hcrx())
		write_sysreg(model.hcrx, HCRX_EL2);
	if (has_fgt()) {
		write_sysreg(model.hfgrtr, HFGRTR_EL2);
		write_sysreg(model.hfgwtr, HFGWTR_EL2);
		write_sysreg(model.hfgitr, HFGITR_EL2);
		write_sysreg(model.hdfgrtr, HDFGRTR_EL2);
		write_sysreg(model.hdfgwtr, HDFGWTR_EL2);
	}
	if (has_mpam())
		write_sysreg(model.mpam2, MPAM2_EL2);
	enter_common(cpu, model.base.hcr_el2 | HCR_ROOT | gic_hcr(root_cell()), model.base.cptr_el2,
		     model.base.mdcr_el2);
	/* Linux's vector lengths; CPTR_EL2 now allows access to them. */
	if (has_sve())
		write_sysreg(model.zcr, ZCR_EL2);
	if (has_sme())
		write_sysreg(model.smcr, SMCR_EL2);
	isb();
}

void el2_enter_cell(struct percpu *cpu)
{
	uint64_t counters = has_pmu() ? read_sysreg(pmcr_el0) >> 11 & MDCR_HPMN_MASK : 0;

	if (has_hcrx())
		write_sysreg(0, HCRX_EL2);
	if (has_fgt())
		clear_sysregs(FGT_REGISTERS);
	if (has_mpam())
		write_sysreg(MPAM2_TRAPS |
				     (read_sysreg(MPAMIDR_EL1) & MPAMIDR_HAS_TIDR ? MPAM2_TIDR : 0),
			     MPAM2_EL2);
	/* The cell has all event counters. E2PB and E2TB are 0, so profiling and tracing trap. */
	enter_common(cpu, HCR_CELL | gic_hcr(cpu->public.cell), CPTR_CELL,
		     counters | MDCR_TPMS | MDCR_TTRF);
}

void el2_restore_found(struct percpu *cpu)
{
	const struct linux_state *found = &cpu->arch.found;

	write_sysreg(found->vttbr_el2, vttbr_el2);
	write_sysreg(found->vtcr_el2, vtcr_el2);
	write_sysreg(found->cnthctl_el2, cnthctl_el2);
	write_sysreg(found->mdcr_el2, mdcr_el2);
	write_sysreg(found->cptr_el2, cptr_el2);
	write_sysreg(found->hcr_el2, hcr_el2);
	isb();
	asm volatile("tlbi alle1"); /* entries made by the second stage */
	dsb(nsh);
	isb();
}
