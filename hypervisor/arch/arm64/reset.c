// SPDX-License-Identifier: GPL-2.0
/*
 * Reset all registers that EL1 and EL0 can access, so that no data of a CPU's
 * earlier owner leaks. DDI 0487 D1.10 defines reset values; other registers
 * become 0. Runs on the CPU concerned.
 */
#include <arch/boot.h>
#include <arch/el2.h>
#include <arch/sysreg.h>
#include <hyp/arch.h>
#include <hyp/string.h>

#define SCTLR_EL1_RESET 0x30d00980ull /* RES1 bits; MMU, caches, alignment checks off */
#define PMCR_P_C 0x6ull		      /* reset event counters and cycle counter */

static void reset_el1(void)
{
	write_sysreg(SCTLR_EL1_RESET, sctlr_el1);
	clear_sysregs(cpacr_el1, ttbr0_el1, ttbr1_el1, tcr_el1, mair_el1, amair_el1, vbar_el1,
		      esr_el1, far_el1, afsr0_el1, afsr1_el1, par_el1, contextidr_el1, tpidr_el1,
		      tpidr_el0, tpidrro_el0, elr_el1, spsr_el1, sp_el0, sp_el1, csselr_el1);
}

/* SME is hidden from cells, but without FEAT_FGT these two registers don't trap. */
static void reset_sme(void)
{
	if (read_sysreg(id_aa64pfr1_el1) >> 24 & 0xf)
		clear_sysregs(S3_0_C1_C2_4 /* SMPRI_EL1 */, S3_3_C13_C0_5 /* TPIDR2_EL0 */);
}

/* Partition 0. Cells' accesses trap (MPAM2_EL2). */
static void reset_mpam(void)
{
	if (has_mpam())
		clear_sysregs(S3_0_C10_C5_0 /* MPAM1_EL1 */, S3_0_C10_C5_1 /* MPAM0_EL1 */);
}

static void reset_timers(void)
{
	clear_sysregs(cntv_ctl_el0, cntp_ctl_el0, cntv_cval_el0, cntp_cval_el0, cntkctl_el1,
		      cntvoff_el2);
}

static void reset_pmu(void)
{
	if (!has_pmu())
		return;
	write_sysreg(PMCR_P_C, pmcr_el0);
	write_sysreg(0xffffffff, pmcntenclr_el0);
	write_sysreg(0xffffffff, pmintenclr_el1);
	write_sysreg(0xffffffff, pmovsclr_el0);
	clear_sysregs(pmuserenr_el0, pmselr_el0, pmccfiltr_el0);
	for (unsigned i = 0; i < (read_sysreg(pmcr_el0) >> 11 & 0x1f); i++) {
		write_sysreg(i, pmselr_el0);
		isb();
		write_sysreg(0, pmxevtyper_el0);
	}
	write_sysreg(0, pmselr_el0);
}

/* Reset breakpoints or watchpoints last to 0: jumps into a list for 15 to 0. */
#define RESET_POINTS(kind, last)                                                                \
	do {                                                                                    \
		uint64_t _at;                                                                   \
		asm volatile("adr %0, 1f\n\tadd %0, %0, %1, lsl #3\n\tbr %0\n1:\n"              \
			     ".irp i, 15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0\n\t" \
			     "msr dbg" kind "cr\\i\\()_el1, xzr\n\tmsr dbg" kind                \
			     "vr\\i\\()_el1, xzr\n"                                             \
			     ".endr"                                                            \
			     : "=&r"(_at)                                                       \
			     : "r"(15 - (last)));                                               \
	} while (0)

static void reset_debug(void)
{
	uint64_t dfr0 = read_sysreg(id_aa64dfr0_el1);

	clear_sysregs(mdscr_el1, mdccint_el1, osdlr_el1);
	RESET_POINTS("b", dfr0 >> 12 & 0xf);
	RESET_POINTS("w", dfr0 >> 20 & 0xf);
	write_sysreg(1, oslar_el1); /* locked, the reset state */
}

/* Writes of V registers also clear the upper bits of Z registers (B1.2.2). */
static void reset_fp(void)
{
	write_sysreg(read_sysreg(cptr_el2) & ~CPTR_TFP, cptr_el2);
	isb();
	asm volatile(".arch_extension fp\n.arch_extension simd\n"
		     ".irp n,0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,"
		     "26,27,28,29,30,31\n"
		     "movi v\\n\\().2d, #0\n"
		     ".endr\n");
	clear_sysregs(fpcr, fpsr);
}

/* Pointer authentication keys APIA, APIB, APDA, APDB, APGA. */
static void reset_keys(void)
{
	uint64_t isar1 = read_sysreg(id_aa64isar1_el1);
	uint64_t isar2 = read_sysreg(S3_0_C0_C6_2); /* ID_AA64ISAR2_EL1 */

	if (isar1 & 0xff000ff0 || isar2 & 0xff00) /* APA, API, GPA, GPI; GPA3, APA3 */
		clear_sysregs(S3_0_C2_C1_0, S3_0_C2_C1_1, S3_0_C2_C1_2, S3_0_C2_C1_3, S3_0_C2_C2_0,
			      S3_0_C2_C2_1, S3_0_C2_C2_2, S3_0_C2_C2_3, S3_0_C2_C3_0, S3_0_C2_C3_1);
}

void guest_reset(struct percpu *cpu, struct guest_regs *regs)
{
	memset(regs, 0, sizeof(*regs));
	regs->x[0] = cpu->public.argument;
	reset_el1();
	reset_timers();
	reset_pmu();
	reset_debug();
	reset_fp();
	reset_keys();
	reset_sme();
	reset_mpam();
	regs->pc = cpu->public.entry;
	regs->pstate = PSR_DAIF | PSR_EL1h;
	write_sysreg(regs->pc, elr_el2);
	write_sysreg(regs->pstate, spsr_el2);
}
