// SPDX-License-Identifier: GPL-2.0
/* What guests may switch on, and MSRs that are handled one by one. */
#include "model.h"
#include "test.h"
#include <arch/asm.h>
#include <arch/exits.h>
#include <arch/features.h>
#include <arch/msr.h>
#include <arch/svm.h>
#include <arch/vmx.h>
#include <hyp/arch.h>
#include <string.h>

void svm_exit(struct guest_regs *regs);

static struct vmcb vmcb;

/* The guest of this CPU executes an instruction that exits. True: it got #GP. */
static bool faults(unsigned cpu, uint64_t code, uint64_t value)
{
	struct guest_regs regs = { .r[R_AX] = (uint32_t)value, .r[R_DX] = value >> 32 };
	struct percpu *one = model_cpu(cpu);

	model_run_as(cpu);
	memset(&vmcb, 0, sizeof(vmcb));
	one->arch.control = &vmcb;
	vmcb.rax = regs.r[R_AX];
	vmcb.exit_code = code;
	regs.cpu = one;
	svm_exit(&regs);
	CHECK_EQ(vmcb.rip, vmcb.event_injection ? 0 : 3);
	return (uint8_t)vmcb.event_injection == VECTOR_GP;
}

TEST(features_xcr0)
{
	model_start_with_cell();
	CHECK(!faults(3, EXIT_XSETBV, CELL_XCR0));
	CHECK_EQ(model_xcr0, CELL_XCR0);
	CHECK(faults(3, EXIT_XSETBV, CELL_XCR0 | BIT(17) | BIT(18))); /* AMX */
	CHECK(faults(3, EXIT_XSETBV, CELL_XCR0 | BIT(62)));
	CHECK_EQ(model_xcr0, CELL_XCR0);
	CHECK(!faults(0, EXIT_XSETBV, CELL_XCR0 | BIT(17) | BIT(18)));
	CHECK(faults(0, EXIT_XSETBV, CELL_XCR0 | BIT(40)));
}

TEST(features_a_cell_reads_no_counters)
{
	model_start_with_cell();
	CHECK(faults(3, EXIT_RDPMC, 0));
}

TEST(features_cr4)
{
	model_start_with_cell();
	CHECK(!(vmx_cr4(model_cpu(3)) &
		(CR4_VMXE | CR4_CET | CR4_PKS | CR4_LASS | BIT(14) | BIT(19))));
	CHECK(vmx_cr4(model_cpu(0)) & CR4_CET);
	CHECK(!(vmx_cr4(model_cpu(0)) & (CR4_VMXE | BIT(32))));
}

TEST(features_efer)
{
	const uint64_t aibrse = BIT(21), uaie = BIT(20), intwb = BIT(18), mcommit = BIT(17);

	model_start_with_cell();
	for (unsigned i = 0; i < 4; i += 3) {
		bool root = i == 0;

		model_run_as(i);
		this_cpu()->arch.control = &vmcb;
		CHECK(msr_emulate_write(this_cpu(), MSR_EFER, EFER_SCE | EFER_NXE | aibrse));
		CHECK_EQ(msr_emulate_write(this_cpu(), MSR_EFER, mcommit), root);
		CHECK_EQ(msr_emulate_write(this_cpu(), MSR_EFER, intwb), root);
		CHECK(!msr_emulate_write(this_cpu(), MSR_EFER, uaie));
		CHECK(!msr_emulate_write(this_cpu(), MSR_EFER, BIT(22)));
		model_hidden[WORD_X21_A] = BIT(8);
		CHECK(!msr_emulate_write(this_cpu(), MSR_EFER, aibrse));
		model_hidden[WORD_X21_A] = 0;
	}
}

TEST(features_root_keeps_its_machine)
{
	static const uint32_t roots[] = { 0x33,	 0x3b,	0x17a, 0x19c,	   0x1b2,
					  0x200, 0x2ff, 0x38f, 0x400,	   0x570,
					  0x606, 0x610, 0x774, 0xc0010015, 0xc0010063 };
	static const uint32_t refused[] = { 0x570, 0x560, 0x587, 0xc001011b, 0xc0010118 };
	uint64_t value;

	model_start();
	for (unsigned i = 0; i < ARRAY_SIZE(roots); i++)
		CHECK(!msr_trapped(true, roots[i], roots[i] != 0x570));
	for (unsigned i = 0; i < ARRAY_SIZE(refused); i++) {
		CHECK(msr_trapped(true, refused[i], true));
		CHECK(!msr_emulate_write(this_cpu(), refused[i], 1));
	}
	/* A microcode update has no effect. */
	for (unsigned i = 0; i < 2; i++) {
		uint32_t msr = i ? 0xc0010020 : 0x79;

		*model_msr(msr) = 0;
		CHECK(msr_trapped(true, msr, true));
		CHECK(msr_emulate_write(this_cpu(), msr, 0x1000));
		CHECK_EQ(*model_msr(msr), 0);
	}
	CHECK(msr_emulate_read(this_cpu(), MSR_SYSCFG, &value));
}

TEST(features_capabilities_without_msrs)
{
	uint64_t value;

	model_start_with_cell();
	model_run_as(3);
	*model_msr(MSR_ARCH_CAP) = ~0ull;
	CHECK(msr_emulate_read(this_cpu(), MSR_ARCH_CAP, &value));
	CHECK(!(value &
		(BIT(7) | BIT(10) | BIT(11) | BIT(12) | BIT(18) | BIT(21) | BIT(23) | BIT(25))));
	CHECK(value & BIT(0) && value & BIT(1));
	CHECK(!msr_emulate_write(this_cpu(), MSR_ARCH_CAP, value));
	CHECK(!msr_emulate_read(this_cpu(), 0xc0010131, &value)); /* and 8000_001F isn't offered */
}

/* On a CPU without the feature, the number may be another MSR's. */
TEST(features_msrs_of_absent_features)
{
	static const uint32_t those[] = { 0xe1, 0x10a, 0x10b, MSR_TSC_DEADLINE };
	uint64_t value;

	model_start_with_cell();
	model_hidden[WORD_7_C] = model_hidden[WORD_7_D] = model_hidden[WORD_1_C] = ~0u;
	model_run_as(3);
	for (unsigned i = 0; i < ARRAY_SIZE(those); i++)
		for (unsigned write = 0; write < 2; write++) {
			CHECK(msr_trapped(false, those[i], write));
			CHECK(!msr_trapped(true, those[i], write));
			CHECK(!msr_emulate_read(this_cpu(), those[i], &value));
			CHECK(!msr_emulate_write(this_cpu(), those[i], 0));
		}
	model_hidden[WORD_7_C] = model_hidden[WORD_7_D] = model_hidden[WORD_1_C] = 0;
}
