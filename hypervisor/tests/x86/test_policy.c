// SPDX-License-Identifier: GPL-2.0
/* Who may use which MSR without asking. */
#include "test.h"
#include <arch/asm.h>
#include <arch/policy.h>
#include <arch/vmcs.h>

/* A CPU of root, or of a cell. */
static struct percpu *some_cpu(bool root)
{
	static struct cell cell;
	static struct percpu cpu = { .public.cell = &cell };

	cell.id = root ? BH_ROOT_CELL : BH_ROOT_CELL + 1;
	return &cpu;
}

TEST(msr_cells_have_a_few)
{
	static const uint32_t theirs[] = {
		MSR_SYSENTER_CS,    MSR_SYSENTER_CS + 1, MSR_SYSENTER_EIP, MSR_PAT,	MSR_STAR,
		MSR_LSTAR,	    MSR_CSTAR,		 MSR_SFMASK,	   MSR_FS_BASE, MSR_GS_BASE,
		MSR_KERNEL_GS_BASE, MSR_TSC_AUX,	 MSR_TSC_DEADLINE
	};
	unsigned free_reads = 0, free_writes = 0;

	for (unsigned i = 0; i < ARRAY_SIZE(theirs); i++) {
		CHECK(!policy_msr_trapped(false, theirs[i], false));
		CHECK(!policy_msr_trapped(false, theirs[i], true));
	}
	for (uint32_t msr = 0; msr < 0x2000; msr++) {
		static const uint32_t starts[] = { 0, 0xc0000000, 0xc0010000 };

		for (unsigned i = 0; i < ARRAY_SIZE(starts); i++) {
			if (starts[i] + msr >= 0x800 && starts[i] + msr < 0x900)
				continue; /* x2APIC: test_apic.c */
			free_reads += !policy_msr_trapped(false, starts[i] + msr, false);
			free_writes += !policy_msr_trapped(false, starts[i] + msr, true);
		}
	}
	CHECK_EQ(free_writes, ARRAY_SIZE(theirs));
	CHECK_EQ(free_reads, ARRAY_SIZE(theirs) + 1); /* and the TSC */
}

TEST(msr_nobody_has_vmx)
{
	for (int root = 0; root < 2; root++) {
		for (int write = 0; write < 2; write++) {
			CHECK(policy_msr_trapped(root, MSR_FEATURE_CONTROL, write));
			for (uint32_t msr = MSR_VMX_BASIC; msr <= MSR_VMX_LAST; msr++) {
				uint64_t value;

				CHECK(policy_msr_trapped(root, msr, write));
				CHECK(!policy_rdmsr(some_cpu(root), msr, &value));
				CHECK(!policy_wrmsr(some_cpu(root), msr, 0));
			}
		}
		CHECK(!policy_wrmsr(some_cpu(root), MSR_FEATURE_CONTROL, 5));
	}
}

TEST(msr_nobody_has_svm)
{
	for (int root = 0; root < 2; root++) {
		for (int write = 0; write < 2; write++) {
			CHECK(policy_msr_trapped(root, MSR_EFER, write));
			CHECK(policy_msr_trapped(root, MSR_VM_CR, write));
			CHECK(policy_msr_trapped(root, MSR_VM_HSAVE_PA, write));
			CHECK(policy_msr_trapped(root, 0xc0010118, write));
		}
		CHECK(policy_msr_trapped(root, MSR_APIC_BASE, true));
	}
	CHECK(!policy_msr_trapped(true, MSR_TSC, true));
	CHECK(policy_msr_trapped(false, MSR_TSC, true));
}
