// SPDX-License-Identifier: GPL-2.0
/* CPUID as guests see it: a cell by the table of features, root all that the CPU returns, less what
 * makes guests. */
#include <arch/asm.h>
#include <arch/features.h>
#include <hyp/arch.h>

#define CPUID_1_C_SMX BIT(6)
#define CPUID_1_C_OSXSAVE BIT(27)
#define CPUID_1_C_HYPERVISOR BIT(31)
#define CPUID_7_C_OSPKE BIT(4)
#define CPUID_EXT_C_SVM BIT(2) /* leaf 8000_0001 */
#define CPUID_EXT_C_SKINIT BIT(12)

/* Leaves that guests read when they boot. */
static __attribute__((noinline)) void seldom_leaf(struct guest_regs *regs, uint32_t leaf,
						  uint32_t sub, uint64_t cr4)
{
	if (leaf == 7 && sub == 0)
		regs->r[R_CX] = (regs->r[R_CX] & ~CPUID_7_C_OSPKE) |
				(cr4 & CR4_PKE) / (CR4_PKE / CPUID_7_C_OSPKE);
	else if (leaf == 0x80000001)
		regs->r[R_CX] &= ~(CPUID_EXT_C_SVM | CPUID_EXT_C_SKINIT);
	else if (leaf == 0x8000000a)
		regs->r[R_AX] = regs->r[R_BX] = regs->r[R_CX] = regs->r[R_DX] = 0;
	if (regs->cpu->public.cell->id != BH_ROOT_CELL)
		cpuid_of_cells(regs, leaf, sub);
}

/* CPUID returns bits that mirror CR4: the hypervisor's CR4 here, so the guest's is inserted. */
void cpuid_emulate(struct guest_regs *regs, uint64_t cr4)
{
	uint32_t leaf = (uint32_t)regs->r[R_AX], sub = (uint32_t)regs->r[R_CX];
	struct cpuid id = cpuid(leaf, sub);

	regs->r[R_AX] = id.a;
	regs->r[R_BX] = id.b;
	regs->r[R_CX] = id.c;
	regs->r[R_DX] = id.d;
	if (leaf != 1) {
		seldom_leaf(regs, leaf, sub, cr4);
		return;
	}
	id.c &= ~(CPUID_1_C_VMX | CPUID_1_C_SMX | CPUID_1_C_OSXSAVE);
	id.c |= (cr4 & CR4_OSXSAVE) * (CPUID_1_C_OSXSAVE / CR4_OSXSAVE);
	if (regs->cpu->public.cell->id == BH_ROOT_CELL) { /* root stays in xAPIC mode */
		id.c &= ~CPUID_1_C_X2APIC;
	} else {
		id.c = (id.c & (CELL_1_C | CPUID_1_C_OSXSAVE)) | CPUID_1_C_HYPERVISOR;
		regs->r[R_DX] = id.d & CELL_1_D;
	}
	regs->r[R_CX] = id.c;
}
