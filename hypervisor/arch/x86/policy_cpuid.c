// SPDX-License-Identifier: GPL-2.0
/* CPUID of guests: see policy.h. */
#include <arch/asm.h>
#include <arch/policy.h>
#include <hyp/arch.h>

#define CPUID_1_C_SMX BIT(6)
#define CPUID_1_C_OSXSAVE BIT(27)
/* What a cell hasn't: machine checks (MCE, MCA), which end it, and MTRRs. */
#define CPUID_1_D_MACHINE (BIT(7) | BIT(12) | BIT(14))
#define CPUID_7_C_OSPKE BIT(4)
#define CPUID_EXT_C_SKINIT BIT(12)

/* As the CPU says it, but for what is ours, and for bits that mirror CR4: here that isn't the
 * guest's. */
void policy_cpuid(struct guest_regs *regs, uint64_t cr4)
{
	uint32_t leaf = (uint32_t)regs->r[R_AX], sub = (uint32_t)regs->r[R_CX];
	struct cpuid id = cpuid(leaf, sub);

	regs->r[R_AX] = id.a;
	regs->r[R_BX] = id.b;
	regs->r[R_CX] = id.c;
	regs->r[R_DX] = id.d;
	if (leaf == 1) {
		id.c &= ~(CPUID_1_C_VMX | CPUID_1_C_SMX | CPUID_1_C_OSXSAVE);
		id.c |= (cr4 & CR4_OSXSAVE) * (CPUID_1_C_OSXSAVE / CR4_OSXSAVE);
		if (regs->cpu->public.cell->id == BH_ROOT_CELL) /* stays in the mode that it had */
			id.c &= ~CPUID_1_C_X2APIC;
		else
			regs->r[R_DX] = id.d & ~CPUID_1_D_MACHINE;
		regs->r[R_CX] = id.c;
	} else if (leaf == 7 && sub == 0) {
		id.c &= ~CPUID_7_C_OSPKE;
		regs->r[R_CX] = id.c | (cr4 & CR4_PKE) / (CR4_PKE / CPUID_7_C_OSPKE);
	} else if (leaf == 0x80000001) {
		regs->r[R_CX] = id.c & ~(CPUID_EXT_C_SVM | CPUID_EXT_C_SKINIT);
	} else if (leaf == 0x8000000a) {
		regs->r[R_AX] = regs->r[R_BX] = regs->r[R_CX] = regs->r[R_DX] = 0;
	}
}
