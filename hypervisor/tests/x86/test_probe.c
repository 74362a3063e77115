// SPDX-License-Identifier: GPL-2.0
/* What a CPU must not have on at enable. */
#include "model.h"
#include "test.h"
#include <arch/asm.h>
#include <arch/boot.h>
#include <bulkhead/config.h>
#include <bulkhead/image.h>
#include <hyp/init.h>

#define LINUX_CR3 0x12345000ull

/* A CPU as Linux leaves it: AutoIBRS, kernel IBT, AVX-512 and AMX. */
static void as_linux_leaves_it(void)
{
	model_start();
	*model_msr(MSR_EFER) = EFER_SCE | EFER_LME | EFER_LMA | EFER_NXE | EFER_AIBRSE;
	model_cr[4] = 0x00f70ef0 | CR4_OSXSAVE | CR4_CET;
	model_xcr0 = 0x602e7;
	*model_msr(MSR_XSS) = 0x1c00;
	*model_msr(MSR_S_CET) = 4;
	*model_msr(MSR_RTIT_CTL) = 0;
	*model_msr(MSR_SYSCFG) = BIT(23); /* firmware allows SME */
}

static uint64_t refused(enum bh_field field, uint64_t cr3)
{
	struct bh_refusal r = { 0 };

	CHECK(!boot_probe(0, cr3, &r));
	CHECK_EQ(r.code, BH_E_UNSUPPORTED);
	CHECK_EQ(r.field, field);
	return r.value;
}

TEST(probe_linux_is_fine)
{
	struct bh_refusal r = { 0 };

	as_linux_leaves_it();
	CHECK(boot_probe(0, LINUX_CR3, &r));
	CHECK_EQ(r.code, BH_OK);
}

TEST(probe_unknown_bits)
{
	static const unsigned efer[] = { 12, 13, 16, 20, 22 }; /* SVME, LMSLE, -, UAIE, - */
	static const unsigned cr4[] = { 13, 14, 15, 19, 25, 28, 32, 40 }; /* VMXE .. FRED, - */
	static const unsigned xcr0[] = { 8, 10, 20, 62 };

	for (unsigned i = 0; i < ARRAY_SIZE(efer); i++) {
		as_linux_leaves_it();
		*model_msr(MSR_EFER) |= BIT(efer[i]);
		CHECK_EQ(refused(BH_F_X86_EFER, LINUX_CR3), BIT(efer[i]));
	}
	for (unsigned i = 0; i < ARRAY_SIZE(cr4); i++) {
		as_linux_leaves_it();
		model_cr[4] |= BIT(cr4[i]);
		CHECK_EQ(refused(BH_F_X86_CR4, LINUX_CR3), BIT(cr4[i]));
	}
	for (unsigned i = 0; i < ARRAY_SIZE(xcr0); i++) {
		as_linux_leaves_it();
		model_xcr0 |= BIT(xcr0[i]);
		CHECK_EQ(refused(BH_F_X86_XCR0, LINUX_CR3), BIT(xcr0[i]));
	}
	as_linux_leaves_it();
	*model_msr(MSR_XSS) |= BIT(14);
	CHECK_EQ(refused(BH_F_X86_XSS, LINUX_CR3), BIT(14));
	as_linux_leaves_it();
	*model_msr(MSR_S_CET) |= BIT(0);
	CHECK_EQ(refused(BH_F_X86_S_CET, LINUX_CR3), BIT(0));
}

TEST(probe_trace_and_encryption)
{
	struct bh_refusal r;

	as_linux_leaves_it();
	*model_msr(MSR_RTIT_CTL) = 0x2509;
	CHECK_EQ(refused(BH_F_X86_RTIT_CTL, LINUX_CR3), 1);
	model_hidden[WORD_7_B] = BIT(25); /* without the feature there is no such MSR */
	CHECK(boot_probe(0, LINUX_CR3, &r));
	model_hidden[WORD_7_B] = 0;
	as_linux_leaves_it();
	CHECK_EQ(refused(BH_F_X86_SYSCFG, LINUX_CR3 | BIT(63)), BIT(23)); /* the model's C-bit */
}

TEST(probe_apic)
{
	struct bh_refusal r;

	as_linux_leaves_it();
	*model_base(0) |= APIC_BASE_EXTD;
	CHECK(!boot_probe(0, LINUX_CR3, &r));
	CHECK_EQ(r.field, BH_F_PLATFORM);
	CHECK_EQ(r.value, 0xfee00000 | APIC_BASE_ENABLE | APIC_BASE_EXTD);
}

/* One CPU that may not enter is enough, and nobody waits for it. */
TEST(probe_refuses_for_all_cpus)
{
	struct bh_boot boot = { .cpus = 3, .arrived = 1, .timeout_ticks = 1ull << 62 };

	model_start();
	CHECK(!boot_rendezvous(&boot, false, false));
	CHECK_EQ(boot.state, BH_BOOT_REFUSED);
	CHECK(!boot_rendezvous(&boot, true, true));
}
