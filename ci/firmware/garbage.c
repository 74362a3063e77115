// SPDX-License-Identifier: GPL-2.0
/* What registers hold at a hand-over that the PSCI specification leaves UNKNOWN. */
#include "cpu.h"
#include "garbage.h"
#include "options.h"
#include "sysreg.h"

#define HCR_TGE BIT(27)
#define HCR_E2H BIT(34)
#define SCTLR_EL2_RES1 0x30c50830 /* M, C and EE are 0 */
#define TIMER_ENABLED 1
#define TIMER_MASKED 2
/* A value in the upper half: Non-secure software could not change a lower one (IHI 0069 4.8.6). */
#define PMR_NON_SECURE 0x80
#define LR_PENDING_GROUP1 (BIT(62) | BIT(60))

#define junk(r) sysreg_write(r, garbage())

static uint64_t states[MAX_CPUS];

/* xorshift64: its state is never 0. */
uint64_t garbage(void)
{
	unsigned int cpu = cpu_self();
	uint64_t x = states[cpu];

	if (!x)
		x = (option(OPT_GARBAGE) << 8 | cpu) + 1;
	x ^= x << 13;
	x ^= x >> 7;
	x ^= x << 17;
	states[cpu] = x;
	return x * 0x2545f4914f6cdd1dul;
}

void garbage_general(struct context *context)
{
	if (!option(OPT_GARBAGE))
		return;
	for (int i = 1; i < 31; i++)
		context->x[i] = garbage();
}

static void fill_hcr(void)
{
	uint64_t hcr = garbage() & ~(HCR_TGE | HCR_E2H);

	if (option(OPT_E2H))
		hcr |= HCR_TGE | HCR_E2H;
	sysreg_write(hcr_el2, hcr);
	isb();
}

static void fill_el2(void)
{
	junk(cptr_el2);
	junk(mdcr_el2);
	junk(hstr_el2);
	junk(hacr_el2);
	junk(vttbr_el2);
	junk(vtcr_el2);
	junk(vpidr_el2);
	junk(vmpidr_el2);
	junk(vbar_el2);
	junk(ttbr0_el2);
	junk(tcr_el2);
	junk(mair_el2);
	junk(amair_el2);
	junk(afsr0_el2);
	junk(afsr1_el2);
	junk(esr_el2);
	junk(far_el2);
	junk(hpfar_el2);
	junk(elr_el2);
	junk(spsr_el2);
	junk(sp_el2);
	junk(tpidr_el2);
	sysreg_write(sctlr_el2, SCTLR_EL2_RES1);
}

static void fill_timers(void)
{
	junk(cnthctl_el2);
	junk(cntvoff_el2);
	junk(cnthp_cval_el2);
	sysreg_write(cnthp_ctl_el2, TIMER_ENABLED | TIMER_MASKED);
	junk(cntkctl_el1);
	sysreg_write(cntv_cval_el0, 0); /* they fire */
	sysreg_write(cntv_ctl_el0, TIMER_ENABLED);
	sysreg_write(cntp_cval_el0, 0);
	sysreg_write(cntp_ctl_el0, TIMER_ENABLED);
}

static void fill_fine_grained_traps(void)
{
	junk(HFGRTR_EL2);
	junk(HFGWTR_EL2);
	junk(HFGITR_EL2);
	junk(HDFGRTR_EL2);
	junk(HDFGWTR_EL2);
}

/* EL2's registers of features; those that the switch "trap" traps are left. */
static void fill_features(void)
{
	uint64_t pfr0 = sysreg_read(id_aa64pfr0_el1), pfr1 = sysreg_read(id_aa64pfr1_el1);
	uint64_t mmfr0 = sysreg_read(id_aa64mmfr0_el1), mmfr1 = sysreg_read(id_aa64mmfr1_el1);
	uint64_t mmfr3 = sysreg_read(ID_AA64MMFR3_EL1), dfr0 = sysreg_read(id_aa64dfr0_el1);

	if (id_field(mmfr1, 8)) { /* VHE */
		junk(CONTEXTIDR_EL2);
		junk(TTBR1_EL2);
		junk(CNTHV_CVAL_EL2);
		sysreg_write(CNTHV_CTL_EL2, TIMER_ENABLED | TIMER_MASKED);
	}
	if (id_field(mmfr1, 40))
		junk(HCRX_EL2);
	if (id_field(mmfr0, 56))
		fill_fine_grained_traps();
	if (id_field(mmfr3, 0))
		junk(TCR2_EL2);
	if (id_field(mmfr3, 4))
		junk(SCTLR2_EL2);
	if (id_field(mmfr3, 8)) {
		junk(PIR_EL2);
		junk(PIRE0_EL2);
	}
	if (id_field(dfr0, 40))
		junk(TRFCR_EL2);
	if (id_field(dfr0, 32))
		junk(PMSCR_EL2);
	if (!(option(OPT_TRAP) & TRAP_SVE)) {
		if (id_field(pfr0, 32))
			junk(ZCR_EL2);
		if (id_field(pfr1, 24))
			junk(SMCR_EL2);
	}
	if ((id_field(pfr0, 40) || id_field(pfr1, 16)) && !(option(OPT_TRAP) & TRAP_MPAM))
		junk(MPAM2_EL2);
}

static uint64_t list_register(unsigned int n)
{
	return LR_PENDING_GROUP1 | (garbage() & 0xff) << 48 | (40 + n);
}

static void fill_virtual_gic(void)
{
	sysreg_write(ICH_HCR_EL2, garbage() & 0xffffffff);
	junk(ICH_VMCR_EL2);
	sysreg_write(ICH_LR0_EL2, list_register(0));
	sysreg_write(ICH_LR1_EL2, list_register(1));
	sysreg_write(ICH_LR2_EL2, list_register(2));
	sysreg_write(ICH_LR3_EL2, list_register(3));
	if (!option(OPT_APR))
		return;
	sysreg_write(ICH_AP0R0_EL2, garbage() & 0xffffffff);
	sysreg_write(ICH_AP1R0_EL2, garbage() & 0xffffffff);
}

/* The Non-secure copies: SCR_EL3.NS is 1. */
static void fill_gic_interface(void)
{
	sysreg_write(ICC_PMR_EL1, (garbage() & 0xff) | PMR_NON_SECURE);
	sysreg_write(ICC_BPR1_EL1, 7);
	sysreg_write(ICC_CTLR_EL1, garbage() & 3); /* EOImode, CBPR */
	sysreg_write(ICC_IGRPEN1_EL1, 1);
	sysreg_write(ICC_SRE_EL2, 0); /* firmware that leaves EL1's access closed */
	isb();
}

static void fill_el1(void)
{
	junk(sctlr_el1);
	junk(cpacr_el1);
	junk(ttbr0_el1);
	junk(ttbr1_el1);
	junk(tcr_el1);
	junk(mair_el1);
	junk(amair_el1);
	junk(vbar_el1);
	junk(esr_el1);
	junk(far_el1);
	junk(par_el1);
	junk(afsr0_el1);
	junk(afsr1_el1);
	junk(contextidr_el1);
	junk(csselr_el1);
	junk(tpidr_el0);
	junk(tpidrro_el0);
	junk(tpidr_el1);
	junk(elr_el1);
	junk(spsr_el1);
	junk(sp_el0);
	junk(sp_el1);
}

static void fill_debug(void)
{
	unsigned int pmu = id_field(sysreg_read(id_aa64dfr0_el1), 8);

	sysreg_write(oslar_el1, 0);
	junk(mdccint_el1);
	sysreg_write(mdscr_el1, 0xa001); /* MDE, KDE, SS */
	sysreg_write(dbgbvr0_el1, garbage() & ~3ul);
	sysreg_write(dbgbcr0_el1, 0x1e7); /* enabled at EL0 and EL1 */
	junk(dbgwvr0_el1);
	sysreg_write(dbgwcr0_el1, 0x1fff);
	if (pmu == 0 || pmu == 15) /* none, or not the architecture's */
		return;
	sysreg_write(pmcr_el0, 1);
	sysreg_write(pmcntenset_el0, 0xffffffff);
	sysreg_write(pmintenset_el1, 0xffffffff);
	junk(pmuserenr_el0);
	junk(pmselr_el0);
	junk(pmccfiltr_el0);
}

static void fill_keys(void)
{
	if (!(sysreg_read(id_aa64isar1_el1) & 0xff000ff0)) /* APA, API, GPA, GPI */
		return;
	junk(APIAKEYLO_EL1);
	junk(APIAKEYHI_EL1);
	junk(APIBKEYLO_EL1);
	junk(APDAKEYLO_EL1);
	junk(APGAKEYLO_EL1);
}

void garbage_fill(void)
{
	if (!option(OPT_GARBAGE))
		return;
	fill_hcr();
	fill_el2();
	fill_timers();
	fill_features();
	fill_virtual_gic();
	fill_gic_interface();
	fill_el1();
	fill_debug();
	fill_keys();
	isb();
}
