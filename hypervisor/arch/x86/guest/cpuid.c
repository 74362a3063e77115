// SPDX-License-Identifier: GPL-2.0
/* CPUID as guests see it: what the CPU returns, less what guests can't use. */
#include <arch/asm.h>
#include <arch/cpuid.h>
#include <hyp/arch.h>

#define CPUID_1_C_SMX BIT(6)
#define CPUID_1_C_OSXSAVE BIT(27)
/* Hidden from cells: machine checks (MCE, MCA), which stop them, MTRRs, thermal monitors (ACPI,
 * TM). */
#define CPUID_1_D_MACHINE (BIT(7) | BIT(12) | BIT(14) | BIT(22) | BIT(29))
/* Hidden from cells: Intel's performance counters (PDCM, and leaf 10), and MWAIT, whose sleep
 * states are configured by MSRs. */
#define CPUID_1_C_MACHINE (BIT(3) | BIT(15))
#define CPUID_1_C_HYPERVISOR BIT(31)
/* All that a cell sees of power management: the APIC timer runs in sleep states. The other bits
 * stand for MSRs that it doesn't have; Linux would read its CPU's frequency at each tick. */
#define CPUID_6_A_ARAT BIT(2)
#define CPUID_7_B_TSC_ADJUST BIT(1) /* an adjustment would remain for the next owner */
#define CPUID_7_C_OSPKE BIT(4)
#define CPUID_13_A_XSAVES BIT(3) /* needs the MSR XSS, which cells don't have */
#define CPUID_EXT_C_SKINIT BIT(12)

/*
 * Without interrupt remapping Linux uses x2APIC mode only on hypervisors that it knows to deliver
 * interrupts nonetheless. KVM is one of them; its features are in the next leaf, of which cells see
 * none (Linux, Documentation/virt/kvm/x86/cpuid.rst).
 */
#define CPUID_KVM 0x40000000u
#define CPUID_KVM_FEATURES 0x40000001u

static void set(struct guest_regs *regs, uint32_t a, uint32_t b, uint32_t c, uint32_t d)
{
	regs->r[R_AX] = a;
	regs->r[R_BX] = b;
	regs->r[R_CX] = c;
	regs->r[R_DX] = d;
}

static void cells_leaf(struct guest_regs *regs, uint32_t leaf, uint32_t sub)
{
	if (leaf == 6)
		set(regs, (uint32_t)regs->r[R_AX] & CPUID_6_A_ARAT, 0, 0, 0);
	else if (leaf == 7 && sub == 0)
		regs->r[R_BX] &= ~CPUID_7_B_TSC_ADJUST;
	else if (leaf == 13 && sub == 1)
		regs->r[R_AX] &= ~CPUID_13_A_XSAVES;
	else if (leaf == CPUID_KVM)
		set(regs, CPUID_KVM_FEATURES, 0x4b4d564b, 0x564b4d56, 0x4d);
	else if (leaf == 10 || leaf == CPUID_KVM_FEATURES)
		set(regs, 0, 0, 0, 0);
}

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
		set(regs, 0, 0, 0, 0);
	if (regs->cpu->public.cell->id != BH_ROOT_CELL)
		cells_leaf(regs, leaf, sub);
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
		id.c = (id.c & ~CPUID_1_C_MACHINE) | CPUID_1_C_HYPERVISOR;
		regs->r[R_DX] = id.d & ~CPUID_1_D_MACHINE;
	}
	regs->r[R_CX] = id.c;
}
