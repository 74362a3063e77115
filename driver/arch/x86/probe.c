// SPDX-License-Identifier: GPL-2.0
/*
 * Is something on in a CPU that the hypervisor can't preserve or isolate? The hypervisor looks once
 * more when the CPUs enter, in its boot/probe.c.
 */

#include <linux/smp.h>

#include <asm/fpu/xcr.h>
#include <asm/special_insns.h>

#include <bulkhead/x86_cpu.h>

#include "compat.h"
#include "probe.h"

#define CR4_FRED (1ull << 32)
#define CPUID_XSAVES (1u << 3) /* CPUID 13, subleaf 1, EAX */
#define CPUID_PT (1u << 25)    /* CPUID 7, EBX */
#define CPUID_SME (1u << 0)    /* CPUID 8000_001F, EAX */
#define RTIT_CTL_TRACE (1u << 0)
#define SYSCFG_SMEE (1ull << 23)
#define MSR_S_CET 0x6a2
#define MSR_SYSCFG_AMD 0xc0010010
#define MSR_XSS 0xda0
#define MSR_ARCH_CAP 0x10a
#define ARCH_CAP_XAPIC (1u << 21) /* XAPIC_DISABLE_STATUS exists */
#define MSR_XAPIC_DISABLE_STATUS 0xbd
#define XAPIC_DISABLED (1u << 0) /* x2APIC mode is locked */

/* The first finding of any CPU. */
struct finding {
	atomic_t found;
	u32 field;
	u64 bits;
};

/* Returns true if the value has bits that are not known. */
static bool odd(struct finding *finding, u64 value, u64 known, u32 field)
{
	if (!(value & ~known))
		return false;
	if (!atomic_xchg(&finding->found, 1)) {
		finding->field = field;
		finding->bits = value & ~known;
	}
	return true;
}

/* Like odd(), for an MSR of this CPU. An absent MSR is fine. */
static bool odd_msr(struct finding *finding, u32 msr, u64 known, u32 field)
{
	u64 value;

	return !rdmsrq_safe(msr, &value) && odd(finding, value, known, field);
}

static bool has_leaf(u32 leaf)
{
	return cpuid_eax(leaf & 0x80000000) >= leaf;
}

static u32 leaf_word(u32 leaf, u32 sub, bool ebx)
{
	u32 a, b, c, d;

	if (!has_leaf(leaf))
		return 0;
	cpuid_count(leaf, sub, &a, &b, &c, &d);
	return ebx ? b : a;
}

static void look_at_cpu(void *data)
{
	struct finding *finding = data;
	u64 cr4 = __read_cr4();
	u32 c_bit = leaf_word(0x8000001f, 0, true) & 63;

	/* SVME and VMXE have a requirement of their own. */
	if (odd_msr(finding, MSR_EFER, BH_X86_EFER_KNOWN | EFER_SVME, BH_F_X86_EFER) ||
	    odd(finding, cr4, BH_X86_CR4_KNOWN | X86_CR4_VMXE, BH_F_X86_CR4))
		return;
	if (cr4 & X86_CR4_OSXSAVE &&
	    odd(finding, xgetbv(XCR_XFEATURE_ENABLED_MASK), BH_X86_XCR0_KNOWN, BH_F_X86_XCR0))
		return;
	if (leaf_word(0xd, 1, false) & CPUID_XSAVES &&
	    odd_msr(finding, MSR_XSS, BH_X86_XSS_KNOWN, BH_F_X86_XSS))
		return;
	if (cr4 & X86_CR4_CET && odd_msr(finding, MSR_S_CET, BH_X86_S_CET_KNOWN, BH_F_X86_S_CET))
		return;
	if (leaf_word(7, 0, true) & CPUID_PT &&
	    odd_msr(finding, MSR_IA32_RTIT_CTL, ~(u64)RTIT_CTL_TRACE, BH_F_X86_RTIT_CTL))
		return;
	if (leaf_word(0x8000001f, 0, false) & CPUID_SME && __read_cr3() & 1ull << c_bit)
		odd_msr(finding, MSR_SYSCFG_AMD, ~SYSCFG_SMEE, BH_F_X86_SYSCFG);
}

int bhd_probe_cpus(const struct bhd_blob *blob, struct bhd_why *why)
{
	struct finding finding = {};

	on_each_cpu(look_at_cpu, &finding, true);
	if (!atomic_read(&finding.found))
		return 0;
	if (finding.field == BH_F_X86_CR4 && finding.bits == CR4_FRED)
		return bhd_refuse(why, BH_D_FRED, 0, "%s", "");
	if (finding.field == BH_F_X86_SYSCFG)
		return bhd_refuse(why, BH_D_SME, 0, "%s", "");
	return bhd_refuse_at(why, BH_E_UNSUPPORTED, finding.field, 0, finding.bits);
}

bool bhd_probe_x2apic_locked(void)
{
	u64 value;

	if (rdmsrq_safe(MSR_ARCH_CAP, &value) || !(value & ARCH_CAP_XAPIC))
		return false;
	return !rdmsrq_safe(MSR_XAPIC_DISABLE_STATUS, &value) && value & XAPIC_DISABLED;
}
