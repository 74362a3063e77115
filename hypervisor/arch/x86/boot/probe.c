// SPDX-License-Identifier: GPL-2.0
/*
 * What each CPU finds out about itself before enable changes anything. The driver has checked the
 * same earlier; features may have been switched on since.
 */
#include <arch/asm.h>
#include <arch/boot.h>
#include <arch/features.h>
#include <arch/vmx.h>
#include <bulkhead/config.h>
#include <bulkhead/x86_cpu.h>
#include <hyp/refuse.h>

#define SYSCFG_SMEE BIT(23)	 /* MemEncryptionModEn (APM 2, 7.10.1) */
#define RTIT_CTL_TRACE BIT(0)	 /* TraceEn (SDM 3C, 33.2.8.2) */
#define C_BIT(ebx) BIT((ebx)&63) /* position of the C-bit in page tables (APM 3, E.4.17) */

static bool known(uint64_t value, uint64_t mask, enum bh_field field, struct bh_refusal *r)
{
	return require(!(value & ~mask), r, BH_E_UNSUPPORTED, field, 0, value & ~mask);
}

static bool probe_extended(uint64_t cr4, struct bh_refusal *r)
{
	if (cr4 & CR4_OSXSAVE && !known(xgetbv(), BH_X86_XCR0_KNOWN, BH_F_X86_XCR0, r))
		return false;
	if (cpu_has(CPUID_XSAVES) && !known(rdmsr(MSR_XSS), BH_X86_XSS_KNOWN, BH_F_X86_XSS, r))
		return false;
	return !(cr4 & CR4_CET) || known(rdmsr(MSR_S_CET), BH_X86_S_CET_KNOWN, BH_F_X86_S_CET, r);
}

/* Its output bypasses the second stage (SDM 3C, 33.5). */
static bool probe_trace(struct bh_refusal *r)
{
	return !cpu_has(CPUID_PT) ||
	       known(rdmsr(MSR_RTIT_CTL), ~RTIT_CTL_TRACE, BH_F_X86_RTIT_CTL, r);
}

/* Memory is encrypted if Linux's tables have the C-bit, not by SYSCFG alone. */
static bool probe_encryption(uint64_t cr3, struct bh_refusal *r)
{
	if (!cpu_has(CPUID_SME) || !(cr3 & C_BIT(cpuid(0x8000001f, 0).b)))
		return true;
	return known(rdmsr(MSR_SYSCFG), ~SYSCFG_SMEE, BH_F_X86_SYSCFG, r);
}

static bool probe_apic(struct bh_refusal *r)
{
	uint64_t base = rdmsr(MSR_APIC_BASE);

	return require((base & (APIC_BASE_ENABLE | APIC_BASE_EXTD)) == APIC_BASE_ENABLE, r,
		       BH_E_UNSUPPORTED, BH_F_PLATFORM, offsetof(struct bh_x86_platform, apic_phys),
		       base);
}

bool boot_probe(unsigned index, uint64_t cr3, struct bh_refusal *r)
{
	uint64_t cr4 = read_cr(4);

	return known(rdmsr(MSR_EFER), BH_X86_EFER_KNOWN, BH_F_X86_EFER, r) &&
	       known(cr4, BH_X86_CR4_KNOWN, BH_F_X86_CR4, r) && probe_extended(cr4, r) &&
	       probe_trace(r) && probe_encryption(cr3, r) && probe_apic(r) &&
	       (!(cpuid(1, 0).c & CPUID_1_C_VMX) || vmx_probe(index, r));
}
