// SPDX-License-Identifier: GPL-2.0
/*
 * Reset all registers that EL1 and EL0 can access, so that no data of a CPU's
 * earlier owner leaks. DDI 0487 D1.10 defines reset values; other registers
 * become 0. Runs on the CPU concerned.
 */
#include <arch/boot.h>
#include <arch/el2.h>
#include <arch/sysregs.h>
#include <hyp/arch.h>
#include <hyp/string.h>

#define SCTLR_EL1_RESET 0x30d00980ull /* RES1 bits; MMU, caches, alignment checks off */
#define PMCR_P_C 0x6ull		      /* reset event counters and cycle counter */

#define CLEAR(feature, ...) WHEN(feature, clear_sysregs(__VA_ARGS__);)

static void reset_el1(const struct percpu *cpu)
{
	write_sysreg(SCTLR_EL1_RESET, sctlr_el1);
	HAND_OVER(CLEAR)
	drain_buffers();
	HAND_OVER_BUFFERS(CLEAR)
}

static void reset_pmu(void)
{
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

static void reset_debug(void)
{
	uint64_t dfr0 = read_sysreg(id_aa64dfr0_el1);

	write_sysreg(1, oslar_el1); /* locked, the reset state */
	isb();			    /* only now a write clears all of MDSCR_EL1 (D17.3, HDE) */
	clear_sysregs(mdscr_el1, mdccint_el1, osdlr_el1);
	clear_points("b", dfr0 >> 12 & 0xf);
	clear_points("w", dfr0 >> 20 & 0xf);
}

static void reset_fp(void)
{
	write_sysreg(read_sysreg(cptr_el2) & ~CPTR_TFP, cptr_el2);
	isb();
	clear_vectors();
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
	reset_el1(cpu);
	WHEN(pmu, reset_pmu();)
	reset_debug();
	reset_fp();
	reset_keys();
	regs->pc = cpu->public.entry;
	regs->pstate = PSR_DAIF | PSR_EL1h;
	write_sysreg(regs->pc, elr_el2);
	write_sysreg(regs->pstate, spsr_el2);
}
