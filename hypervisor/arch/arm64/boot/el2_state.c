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
#include <arch/sysregs.h>
#include <hyp/arch.h>

#define MPAMIDR_HAS_TIDR BIT(58)
#define MPAM2_TIDR BIT(58)
#define MPAM2_TRAPS mpam2_traps()
#define MPAMHCR_TRAP_IDR BIT(31)

/*
 * Root: second stage; invalidation by set/way also cleans, so no data is lost;
 * SMC traps; EL1 takes SErrors. A cell: EL2 takes SErrors; registers that are
 * not reset, or that cells must not use, trap.
 */
#define HCR_ROOT (HCR_RW | HCR_VM | HCR_SWIO | HCR_TSC)
#define HCR_CELL                                                                           \
	(HCR_RW | HCR_VM | HCR_SWIO | HCR_TSC | HCR_AMO | HCR_TID1 | HCR_TID3 | HCR_TID5 | \
	 HCR_TIDCP | HCR_TACR | HCR_TSW | HCR_TLOR | HCR_TERR | HCR_APK | HCR_API)

#define DO(...) __VA_ARGS__
#define NOTHING(...)
#define KEPT_KEEP DO
#define KEPT_ZERO NOTHING

/* Linux's values, which are the same on all CPUs. The first CPU stores them at enable. */
static struct {
	bool known;
	struct linux_state base;
#define ALL_OF(feature, ...) __VA_ARGS__
#define FIELD(reg, root, cell) KEPT_##root(uint64_t reg;)
#define VECTOR_FIELD(reg) uint64_t reg;
	EL2_CONTROLS(ALL_OF, FIELD)
	EL2_VECTORS(ALL_OF, VECTOR_FIELD)
} model;

/* entry.S: Linux's HCRX_EL2, which a CPU that comes from firmware reads with its MMU off. */
uint64_t linux_hcrx;

/* EL1's accesses to MPAM0, MPAM1 and, where MPAMHCR_EL2 can't, MPAMIDR trap. */
static uint64_t mpam2_traps(void)
{
	uint64_t traps = BIT(48) | BIT(49);

	return read_sysreg(MPAMIDR_EL1) & MPAMIDR_HAS_TIDR ? traps | MPAM2_TIDR : traps;
}

/* MDCR_EL2.HPMN for this CPU: EL1 has all of its event counters. */
static uint64_t counters(const struct percpu *cpu)
{
	return cpu_has(cpu, FEATURE_pmu) ? read_sysreg(pmcr_el0) >> 11 & MDCR_HPMN_MASK : 0;
}

void el2_find_features(struct percpu *cpu)
{
	cpu->arch.features = cpu_features(model.base.cptr_el2, model.HDFGRTR_EL2);
}

#define SAVE(reg, root, cell) KEPT_##root(model.reg = read_sysreg(reg);)
#define SAVE_VECTOR(reg) model.reg = read_sysreg(reg);

static void save_model(struct percpu *cpu)
{
	model.base = cpu->arch.found;
	el2_find_features(cpu);
	WHEN(fgt, model.HDFGRTR_EL2 = read_sysreg(HDFGRTR_EL2);)
	el2_find_features(cpu);
	EL2_CONTROLS(WHEN, SAVE)
	EL2_VECTORS(WHEN, SAVE_VECTOR)
	linux_hcrx = model.HCRX_EL2;
	arch_clean(&linux_hcrx, sizeof(linux_hcrx));
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
		save_model(cpu);
	el2_find_features(cpu);
}

/* Program the registers that root and cells have in common. */
static void enter_common(struct percpu *cpu, uint64_t hcr, uint64_t cptr, uint64_t mdcr)
{
	write_sysreg(stage2_vtcr(), vtcr_el2);
	write_sysreg(stage2_enter(cpu), vttbr_el2);
	write_sysreg(read_sysreg(midr_el1), vpidr_el2);
	write_sysreg(cpu->arch.mpidr, vmpidr_el2);
	write_sysreg(3, cnthctl_el2); /* EL1PCTEN, EL1PCEN: no traps of counter and timer */
	write_sysreg(cptr, cptr_el2);
	write_sysreg(mdcr, mdcr_el2);
	write_sysreg(hcr, hcr_el2);
	isb();
	/* Drops TLB entries of the CPU's earlier owner, or from before the second stage was on. */
	tlbi_guests();
	dsb(nsh);
	isb();
}

#define ROOT_KEEP(reg) model.reg
#define ROOT_ZERO(reg) 0
#define FOR_ROOT(reg, root, cell) write_sysreg(ROOT_##root(reg), reg);
#define VECTOR(reg) write_sysreg(model.reg, reg);

void el2_enter_root(struct percpu *cpu)
{
	struct linux_state *found = &cpu->arch.found;

	/* The CPU was off at enable: disable restores the first CPU's values. */
	if (!found->vbar_el2) {
		*found = model.base;
		found->mdcr_el2 = (found->mdcr_el2 & ~MDCR_HPMN_MASK) | counters(cpu);
	}
	EL2_CONTROLS(WHEN, FOR_ROOT)
	enter_common(cpu, model.base.hcr_el2 | HCR_ROOT | gic_hcr(root_cell()), model.base.cptr_el2,
		     found->mdcr_el2);
	/* Linux's vector lengths; CPTR_EL2 now allows access to them. */
	EL2_VECTORS(WHEN, VECTOR)
	isb();
}

#define FOR_CELL(reg, root, cell) write_sysreg(cell, reg);

void el2_enter_cell(struct percpu *cpu)
{
	EL2_CONTROLS(WHEN, FOR_CELL)
	enter_common(cpu, HCR_CELL | gic_hcr(cpu->public.cell), CPTR_CELL,
		     MDCR_CELL | counters(cpu));
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
	tlbi_guests(); /* entries made by the second stage */
	dsb(nsh);
	isb();
}
