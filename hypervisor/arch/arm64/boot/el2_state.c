// SPDX-License-Identifier: GPL-2.0
/*
 * The EL2 registers that decide what EL1 may do: found, programmed for root
 * or for a cell, put back. All run on the CPU concerned.
 *
 * What Linux programmed on the CPU that enabled first (Linux does the same on
 * each) is the model for root CPUs that firmware switches on later.
 */
#include <arch/boot.h>
#include <arch/el2.h>
#include <arch/gic.h>
#include <arch/stage2.h>
#include <arch/sysreg.h>
#include <hyp/arch.h>

/* Optional registers, by encoding: which ID field says that they exist. */
#define HCRX_EL2 S3_4_C1_C2_2
#define ZCR_EL2 S3_4_C1_C2_0
#define SMCR_EL2 S3_4_C1_C2_6
#define HFGRTR_EL2 S3_4_C1_C1_4
#define HFGWTR_EL2 S3_4_C1_C1_5
#define HFGITR_EL2 S3_4_C1_C1_6
#define HDFGRTR_EL2 S3_4_C3_C1_4
#define HDFGWTR_EL2 S3_4_C3_C1_5
#define MPAM2_EL2 S3_4_C10_C5_0
#define MPAMIDR_EL1 S3_0_C10_C4_4
#define MPAMIDR_HAS_TIDR BIT(58)
#define MPAM2_TRAPS (BIT(48) | BIT(49)) /* TRAPMPAM1EL1, TRAPMPAM0EL1 */
#define MPAM2_TIDR BIT(58)

/*
 * Root: second stage; set/way invalidation also cleans (so it can lose nobody's
 * data); SMC traps. SErrors go straight to it. A cell: its own SErrors are
 * ours; what we don't reset or don't give traps.
 */
#define HCR_ROOT (HCR_RW | HCR_VM | HCR_SWIO | HCR_TSC)
#define HCR_CELL                                                                            \
	(HCR_RW | HCR_VM | HCR_SWIO | HCR_TSC | HCR_AMO | HCR_TID3 | HCR_TIDCP | HCR_TACR | \
	 HCR_TSW | HCR_TLOR | HCR_TERR | HCR_APK | HCR_API)

/* Linux's settings of the optional registers; written once, by the first CPU at enable. */
static struct {
	bool known;
	struct linux_state base;
	uint64_t hcrx, zcr, smcr, hfgrtr, hfgwtr, hfgitr, hdfgrtr, hdfgwtr, mpam2;
} model;

static unsigned id_field(uint64_t reg, unsigned shift)
{
	return reg >> shift & 0xf;
}
static bool has_hcrx(void)
{
	return id_field(read_sysreg(id_aa64mmfr1_el1), 40);
}
static bool has_sve(void)
{
	return id_field(read_sysreg(id_aa64pfr0_el1), 32);
}
static bool has_sme(void)
{
	return id_field(read_sysreg(id_aa64pfr1_el1), 24);
}
bool has_mpam(void)
{
	return id_field(read_sysreg(id_aa64pfr0_el1), 40) ||
	       id_field(read_sysreg(id_aa64pfr1_el1), 16); /* version 0.1 */
}
static bool has_fgt(void)
{
	return id_field(read_sysreg(id_aa64mmfr0_el1), 56);
}

/* PMUv3; 15 is one of another kind (DDI 0487 D17.2.59, PMUVer). */
bool has_pmu(void)
{
	return (id_field(read_sysreg(id_aa64dfr0_el1), 8) + 1) % 16 > 1;
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

/* SCTLR_EL2 and VBAR_EL2 were saved by who changed them. */
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

/* The second stage, VTCR_EL2: see stage2.c. */
static void enter_common(struct percpu *cpu, uint64_t hcr, uint64_t cptr, uint64_t mdcr)
{
	write_sysreg(stage2_vtcr(), vtcr_el2);
	write_sysreg(cpu->public.cell->arch.vttbr, vttbr_el2);
	write_sysreg(read_sysreg(midr_el1), vpidr_el2);
	write_sysreg(cpu->arch.mpidr, vmpidr_el2);
	write_sysreg(3,
		     cnthctl_el2); /* EL1 has the physical counter and timer (EL1PCTEN, EL1PCEN) */
	clear_sysregs(cntvoff_el2, hstr_el2);
	write_sysreg(cptr, cptr_el2);
	write_sysreg(mdcr, mdcr_el2);
	write_sysreg(hcr, hcr_el2);
	isb();
	asm volatile(
		"tlbi alle1"); /* no entry of an earlier owner, or from before the second stage */
	dsb(nsh);
	isb();
}

void el2_enter_root(struct percpu *cpu)
{
	/* Off when Linux enabled: disable leaves it as it leaves the others. */
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
	/* The vector lengths that Linux chose; accessible now that CPTR_EL2 allows them. */
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
	if (has_fgt()) {
		clear_sysregs(HFGRTR_EL2, HFGWTR_EL2, HFGITR_EL2, HDFGRTR_EL2, HDFGWTR_EL2);
	}
	if (has_mpam())
		write_sysreg(MPAM2_TRAPS |
				     (read_sysreg(MPAMIDR_EL1) & MPAMIDR_HAS_TIDR ? MPAM2_TIDR : 0),
			     MPAM2_EL2);
	/* All event counters; statistical profiling and trace filters trap (E2PB, E2TB: 0). */
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
	asm volatile("tlbi alle1"); /* entries that the second stage made */
	dsb(nsh);
	isb();
}
