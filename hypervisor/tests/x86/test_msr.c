// SPDX-License-Identifier: GPL-2.0
/* MSRs and CPUID: which accesses exit, and their emulation. */
#include "model.h"
#include "test.h"
#include <arch/asm.h>
#include <arch/features.h>
#include <arch/msr.h>
#include <arch/vmcs.h>
#include <hyp/arch.h>
#include <hyp/pool.h>

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
	static const uint32_t theirs[] = { MSR_SYSENTER_CS,
					   MSR_SYSENTER_CS + 1,
					   MSR_SYSENTER_EIP,
					   MSR_PAT,
					   MSR_STAR,
					   MSR_LSTAR,
					   MSR_CSTAR,
					   MSR_SFMASK,
					   MSR_FS_BASE,
					   MSR_GS_BASE,
					   MSR_KERNEL_GS_BASE,
					   MSR_TSC_AUX,
					   MSR_TSC_DEADLINE,
					   0x48,
					   0x49,
					   0xe1,
					   0x10b };
	unsigned free_reads = 0, free_writes = 0;

	for (unsigned i = 0; i < ARRAY_SIZE(theirs); i++) {
		CHECK(!msr_trapped(false, theirs[i], false));
		CHECK(!msr_trapped(false, theirs[i], true));
	}
	for (uint32_t msr = 0; msr < 0x2000; msr++) {
		static const uint32_t starts[] = { 0, 0xc0000000, 0xc0010000 };

		for (unsigned i = 0; i < ARRAY_SIZE(starts); i++) {
			if (starts[i] + msr >= 0x800 && starts[i] + msr < 0x900)
				continue; /* x2APIC: test_apic.c */
			free_reads += !msr_trapped(false, starts[i] + msr, false);
			free_writes += !msr_trapped(false, starts[i] + msr, true);
		}
	}
	CHECK_EQ(free_writes, ARRAY_SIZE(theirs));
	CHECK_EQ(free_reads, ARRAY_SIZE(theirs) + 1); /* and the TSC */
}

/* All MSRs that the bitmaps cover. */
TEST(msr_bitmaps_say_what_the_policy_says)
{
	static const uint32_t starts[] = { 0, 0xc0000000, 0xc0010000 };

	model_start();
	for (uint32_t i = 0; i < 2 * 3 * 0x2000; i++) {
		const struct percpu *cpu = some_cpu(i & 1);
		const uint8_t *map = phys_to_ptr(msr_bitmap(cpu->public.cell));
		uint32_t msr = starts[i / 2 / 0x2000] + i / 2 % 0x2000;

		for (unsigned write = 0; write < 2; write++) {
			unsigned bit = i / 2 * 2 + write;

			CHECK_EQ(map[bit / 8] >> bit % 8 & 1, msr_trapped(i & 1, msr, write));
		}
	}
}

TEST(msr_nobody_has_vmx)
{
	for (int root = 0; root < 2; root++) {
		for (int write = 0; write < 2; write++) {
			CHECK(msr_trapped(root, MSR_FEATURE_CONTROL, write));
			for (uint32_t msr = MSR_VMX_BASIC; msr <= MSR_VMX_LAST; msr++) {
				uint64_t value;

				CHECK(msr_trapped(root, msr, write));
				CHECK(!msr_emulate_read(some_cpu(root), msr, &value));
				CHECK(!msr_emulate_write(some_cpu(root), msr, 0));
			}
		}
		CHECK(!msr_emulate_write(some_cpu(root), MSR_FEATURE_CONTROL, 5));
	}
}

TEST(msr_nobody_has_svm)
{
	for (int root = 0; root < 2; root++) {
		for (int write = 0; write < 2; write++) {
			CHECK(msr_trapped(root, MSR_EFER, write));
			CHECK(msr_trapped(root, MSR_VM_CR, write));
			CHECK(msr_trapped(root, MSR_VM_HSAVE_PA, write));
			CHECK(msr_trapped(root, 0xc0010118, write));
		}
		CHECK(msr_trapped(root, MSR_APIC_BASE, true));
	}
	CHECK(!msr_trapped(true, MSR_TSC, true));
	CHECK(msr_trapped(false, MSR_TSC, true));
}

/* Root may not change where memory and PCI configuration space are: protection relies on it. */
TEST(msr_firmwares)
{
	static const uint32_t theirs[] = { 0xc0010010, 0xc0010016, 0xc001001a, 0xc001001d,
					   0xc0010058, 0xc0010112, 0xc0010113 };

	model_start();
	for (unsigned i = 0; i < ARRAY_SIZE(theirs); i++) {
		uint64_t value = 0;

		CHECK(msr_trapped(true, theirs[i], true));
		CHECK(!msr_trapped(true, theirs[i], false));
		*model_msr(theirs[i]) = 0x1234;
		CHECK(msr_emulate_write(this_cpu(), theirs[i], 0x1234));
		CHECK(!msr_emulate_write(this_cpu(), theirs[i], 0x1235));
		CHECK(msr_emulate_read(this_cpu(), theirs[i], &value) && value == 0x1234);
	}
}

TEST(msr_a_reset_leaves_nothing)
{
	static const uint32_t zero[] = { 0x48,	     0x1d9,	 0x6a0,	     0x6a7,
					 0x6a8,	     0x6e1,	 0xc0010000, 0xc0010003,
					 0xc0010200, 0xc001020a, 0xc0011030, 0xc0011033 };

	model_start();
	for (unsigned i = 0; i < ARRAY_SIZE(zero); i++)
		*model_msr(zero[i]) = 1;
	msr_reset();
	for (unsigned i = 0; i < ARRAY_SIZE(zero); i++)
		CHECK_EQ(*model_msr(zero[i]), 0);
	CHECK_EQ(*model_msr(0x49), 1); /* IBPB: CPUID says that there is one */
}

/* The BSP bit: set for a cell's first CPU, whichever CPU booted the machine. */
TEST(msr_a_cell_has_a_boot_cpu_of_its_own)
{
	uint64_t value;

	model_start();
	*model_base(0) |= APIC_BASE_BSP;
	model_config(BIT(2) | BIT(3));
	CHECK(model_create());
	for (unsigned i = 2; i < 4; i++) {
		model_run_as(i);
		CHECK(msr_emulate_read(this_cpu(), MSR_APIC_BASE, &value));
		CHECK_EQ(value, *model_base(i) | (i == 2 ? APIC_BASE_BSP : 0));
		CHECK(msr_emulate_write(this_cpu(), MSR_APIC_BASE, value)); /* no change */
		CHECK(!(*model_base(i) & APIC_BASE_BSP));
	}
	/* No bit can be set there. */
	CHECK(msr_emulate_read(this_cpu(), 0xc001001f, &value) && value == BIT(46));
	CHECK(!msr_emulate_write(this_cpu(), 0xc001001f, value));
}

/* Executes CPUID. Checks that upper halves of the inputs are ignored, and those of the results are
 * 0. */
static uint32_t features(unsigned cpu)
{
	return (uint32_t)model_cpuid(cpu, 1, 0, 0).r[R_DX];
}

TEST(cpuid_a_cell_has_no_machine_checks_mtrrs_and_monitors)
{
	const uint32_t hidden = BIT(7) | BIT(12) | BIT(14) | BIT(22) | BIT(29);

	model_start_with_cell();
	CHECK_EQ(features(3) & hidden, 0);
	CHECK_EQ(features(0) & hidden, hidden);
}

TEST(cpuid_mirrors_cr4_of_the_guest)
{
	model_start();
	for (unsigned on = 0; on < 2; on++) {
		uint64_t cr4 = on ? CR4_OSXSAVE | CR4_PKE : ~(CR4_OSXSAVE | CR4_PKE);

		CHECK_EQ(model_cpuid(0, 1, 0, cr4).r[R_CX] >> 27 & 1, on);
		CHECK_EQ(model_cpuid(0, 7, 0, cr4).r[R_CX], (~0u & ~BIT(4)) | on << 4);
		CHECK_EQ(model_cpuid(0, 7, 1, cr4).r[R_CX], ~0u);
	}
	CHECK_EQ(model_cpuid(0, 0x80000008, 0, 0).r[R_AX], 48);
	CHECK_EQ(model_cpuid(0, 0x80000008, 0, 0).r[R_BX], ~0u);
}

TEST(cpuid_hides_what_makes_guests)
{
	struct guest_regs svm;

	model_start_with_cell();
	for (unsigned cpu = 0; cpu < 4; cpu += 3) {
		CHECK(!(model_cpuid(cpu, 1, 0, 0).r[R_CX] & (BIT(5) | BIT(6))));
		CHECK(!(model_cpuid(cpu, 0x80000001, 0, 0).r[R_CX] & (BIT(2) | BIT(12))));
		svm = model_cpuid(cpu, 0x8000000a, 0, 0);
		CHECK_EQ(svm.r[R_AX] | svm.r[R_BX] | svm.r[R_CX] | svm.r[R_DX], 0);
	}
}

/* With this Linux uses the x2APIC, and no feature of KVM. */
TEST(cpuid_a_cell_sees_kvm_without_features)
{
	struct guest_regs regs;

	model_start_with_cell();
	CHECK(model_cpuid(3, 1, 0, 0).r[R_CX] & BIT(31));
	regs = model_cpuid(3, 0x40000000, 0, 0);
	CHECK_EQ(regs.r[R_BX] | regs.r[R_CX] << 32, 0x564b4d564b4d564b); /* KVMKVMKV */
	CHECK_EQ(regs.r[R_DX], 'M');
	CHECK_EQ(regs.r[R_AX], 0x40000001);
	regs = model_cpuid(3, 0x40000001, 0, 0);
	CHECK_EQ(regs.r[R_AX] | regs.r[R_BX] | regs.r[R_CX] | regs.r[R_DX], 0);
	/* Root sees the outer hypervisor. */
	CHECK(!(model_cpuid(0, 1, 0, 0).r[R_CX] & BIT(31)));
	for (uint32_t leaf = 0x40000000; leaf <= 0x40000001; leaf++) {
		regs = model_cpuid(0, leaf, 0, 0);
		CHECK_EQ(regs.r[R_AX], leaf);
		CHECK_EQ(regs.r[R_DX], 3);
	}
}

TEST(cpuid_a_cell_has_no_power_management)
{
	struct guest_regs regs;

	model_start_with_cell();
	regs = model_cpuid(0, 6, 0, 0);
	CHECK_EQ(regs.r[R_AX], 0x77);
	CHECK_EQ(regs.r[R_CX], 9);
	regs = model_cpuid(3, 6, 0, 0);
	CHECK_EQ(regs.r[R_AX], BIT(2));
	CHECK_EQ(regs.r[R_BX] | regs.r[R_CX] | regs.r[R_DX], 0);
}

TEST(cpuid_a_cell_has_no_counters_nor_xss_nor_mwait)
{
	const uint32_t hidden = BIT(3) | BIT(15);
	struct guest_regs regs;

	model_start_with_cell();
	CHECK_EQ(model_cpuid(0, 1, 0, 0).r[R_CX] & hidden, hidden);
	CHECK_EQ(model_cpuid(3, 1, 0, 0).r[R_CX] & hidden, 0);
	CHECK_EQ(model_cpuid(0, 10, 0, 0).r[R_AX], 0x07300404);
	regs = model_cpuid(3, 10, 0, 0);
	CHECK_EQ(regs.r[R_AX] | regs.r[R_BX] | regs.r[R_CX] | regs.r[R_DX], 0);
	CHECK_EQ(model_cpuid(0, 13, 1, 0).r[R_AX], 0x1f);
	CHECK_EQ(model_cpuid(3, 13, 1, 0).r[R_AX], 7);
}

TEST(cpuid_a_cell_cannot_shift_its_tsc)
{
	uint64_t value;

	model_start_with_cell();
	CHECK(model_cpuid(0, 7, 0, 0).r[R_BX] & BIT(1));
	CHECK(!(model_cpuid(3, 7, 0, 0).r[R_BX] & BIT(1)));
	CHECK(!msr_emulate_read(this_cpu(), 0x3b, &value));
	CHECK(!msr_emulate_write(this_cpu(), 0x3b, 0));
}

TEST(msr_a_cell_can_ask_for_the_microcodes_version)
{
	uint64_t value;

	model_start_with_cell();
	*model_msr(0x8b) = 0x1700000000;
	model_run_as(3);
	CHECK(msr_emulate_write(this_cpu(), 0x8b, 0));
	CHECK(!msr_emulate_write(this_cpu(), 0x8b, 1));
	CHECK(msr_emulate_read(this_cpu(), 0x8b, &value));
	CHECK_EQ(value, 0x1700000000);
	model_run_as(0);
	CHECK(msr_emulate_write(this_cpu(), 0x8b, 0));
	CHECK_EQ(*model_msr(0x8b), 0);
}
