// SPDX-License-Identifier: GPL-2.0
/* Reset of MSRs. */
#include <arch/asm.h>
#include <arch/msr.h>
#include <hyp/arch.h>

#define MSR_CET 0x6a0 /* .. 0x6a8: user and supervisor CET, shadow stacks (SDM 4, table 2-2) */
#define MSR_IBS_FETCH 0xc0011030     /* the MSR of IBS operations is the third after it */
#define MSR_PERF_CTL 0xc0010000	     /* first of four adjacent MSRs (APM 2, 13.2.1) */
#define MSR_PERF_CTL_CORE 0xc0010200 /* first of six MSRs, two numbers apart */
#define MSR_PKRS 0x6e1

/* Resets MSRs that neither VMLOAD nor a VM entry loads, so that the CPU's next owner finds no value
 * of the previous one, and no counter or trace that it started. Absent MSRs are skipped. */
void msr_reset(void)
{
	static const struct {
		uint32_t msr, step, count;
	} zero[] = {
		{ MSR_SPEC_CTRL, 1, 1 },     { MSR_DEBUGCTL, 1, 1 },  { MSR_CET, 1, 9 },
		{ MSR_PKRS, 1, 1 },	     { MSR_IBS_FETCH, 3, 2 }, { MSR_PERF_CTL, 1, 4 },
		{ MSR_PERF_CTL_CORE, 2, 6 },
	};

	if (cpuid(0x80000001, 0).d & BIT(27)) /* RDTSCP */
		wrmsr(MSR_TSC_AUX, 0);
	for (unsigned i = 0; i < ARRAY_SIZE(zero); i++)
		for (unsigned n = 0; n < zero[i].count; n++)
			wrmsr_safe(zero[i].msr + n * zero[i].step, 0);
	/* IBPB: flushes branch predictions (APM 2, 3.2.9; SDM 4, IA32_PRED_CMD). */
	if (cpuid(0x80000008, 0).b & BIT(12) || cpuid(7, 0).d & BIT(26))
		wrmsr_safe(MSR_PRED_CMD, 1);
}
