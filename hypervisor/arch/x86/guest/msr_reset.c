// SPDX-License-Identifier: GPL-2.0
/* Reset of MSRs. */
#include <arch/asm.h>
#include <arch/features.h>
#include <arch/msr.h>
#include <hyp/arch.h>

/* Resets MSRs that neither VMLOAD nor a VM entry loads, so that the CPU's next owner finds no value
 * of the previous one, and no counter or trace that it started. Absent MSRs are skipped. */
void msr_reset(void)
{
	for (unsigned i = 0; i < msr_row_count; i++) {
		const struct msr_row *row = &msr_rows[i];

		if (row->reset != RESET_ZERO || (row->feature && !cpu_has(row->feature)))
			continue;
		for (unsigned n = 0; n < row->count; n++)
			wrmsr_safe(row->first + n * row->step, 0);
	}
	/* Scales the TSC of guests. */
	if (cpu_has(CPUID_TSC_RATE))
		wrmsr(MSR_TSC_RATIO, TSC_RATIO_ONE);
	/* IBPB: flushes branch predictions (APM 2, 3.2.9; SDM 4, IA32_PRED_CMD). */
	if (cpu_has(CPUID_IBPB) || cpu_has(CPUID_SPEC_CTRL))
		wrmsr_safe(MSR_PRED_CMD, 1);
}
