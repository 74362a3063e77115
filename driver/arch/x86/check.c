// SPDX-License-Identifier: GPL-2.0
/* The requirements of x86-64 for enable: see driver/check.c. */

#include <linux/cpumask.h>
#include <linux/module.h>
#include <linux/smp.h>

#include <asm/apicdef.h>
#include <asm/special_insns.h>

#include "compat.h"
#include "probe.h"

#define CPUID_VMX (1u << 5) /* CPUID 1, ECX */
#define VM_CR_SVMDIS (1u << 4)
#define CPUID_SVM (1u << 2) /* CPUID 8000_0001, ECX */
#define SVM_NPT (1u << 0)   /* CPUID 8000_000A, EDX */

/* Bits of a mask of findings. A bit is set if the finding holds on at least one CPU. */
#define FOUND_DISABLED 1
#define FOUND_IN_USE 2
#define FOUND_X2APIC 4

static void look_at_cpu(void *found)
{
	u64 value;

	if (!rdmsrq_safe(MSR_VM_CR, &value) && value & VM_CR_SVMDIS)
		atomic_or(FOUND_DISABLED, found);
	if (cpuid_ecx(1) & CPUID_VMX && !rdmsrq_safe(MSR_IA32_FEAT_CTL, &value) &&
	    value & FEAT_CTL_LOCKED && !(value & FEAT_CTL_VMX_ENABLED_OUTSIDE_SMX))
		atomic_or(FOUND_DISABLED, found);
	if (!rdmsrq_safe(MSR_EFER, &value) && value & EFER_SVME)
		atomic_or(FOUND_IN_USE, found);
	if (__read_cr4() & X86_CR4_VMXE)
		atomic_or(FOUND_IN_USE, found);
	if (!rdmsrq_safe(MSR_IA32_APICBASE, &value) && value & X2APIC_ENABLE)
		atomic_or(FOUND_X2APIC, found);
}

static int look_at_cpus(void)
{
	atomic_t found = ATOMIC_INIT(0);

	on_each_cpu(look_at_cpu, &found, true);
	return atomic_read(&found);
}

/* Bits of capability MSRs that the hypervisor needs (Intel SDM 3D, appendix A); the upper half of
 * a control's MSR has its allowed 1-settings. The hypervisor checks more of them at enable. */
static const struct {
	u32 msr;
	u8 bit;
	const char *name;
} vmx_needs[] = {
	{ MSR_IA32_VMX_BASIC, 55, "VMX's true controls" },
	{ MSR_IA32_VMX_TRUE_PINBASED_CTLS, 32 + 3, "VMX's exits by NMIs" },
	{ MSR_IA32_VMX_TRUE_PINBASED_CTLS, 32 + 5, "VMX's virtual NMIs" },
	{ MSR_IA32_VMX_TRUE_PROCBASED_CTLS, 32 + 25, "VMX's bitmaps of ports" },
	{ MSR_IA32_VMX_TRUE_PROCBASED_CTLS, 32 + 28, "VMX's bitmaps of MSRs" },
	{ MSR_IA32_VMX_TRUE_PROCBASED_CTLS, 32 + 31, "VMX's secondary controls" },
	{ MSR_IA32_VMX_PROCBASED_CTLS2, 32 + 1, "VMX's extended page tables" },
	{ MSR_IA32_VMX_PROCBASED_CTLS2, 32 + 5, "VMX's processor identifiers" },
	{ MSR_IA32_VMX_PROCBASED_CTLS2, 32 + 7, "VMX's unrestricted guests" },
	{ MSR_IA32_VMX_EPT_VPID_CAP, 20, "VMX's INVEPT" },
	{ MSR_IA32_VMX_EPT_VPID_CAP, 32, "VMX's INVVPID" },
};

static int check_vmx(struct bhd_why *why)
{
	unsigned int i;
	u64 value;

	if (look_at_cpus() & FOUND_DISABLED)
		return bhd_refuse(why, BH_D_NO_VIRT, 1, "Intel VMX, disabled by the firmware");
	for (i = 0; i < ARRAY_SIZE(vmx_needs); i++)
		if (rdmsrq_safe(vmx_needs[i].msr, &value) || !(value >> vmx_needs[i].bit & 1))
			return bhd_refuse(why, BH_D_NO_VIRT, 0, "%s", vmx_needs[i].name);
	return 0;
}

static int check_svm(struct bhd_why *why)
{
	/* By CPUID, not by Linux's feature flags: the hypervisor hides SVM, so a CPU that went
	 * online below it has cleared the flag. */
	if (cpuid_eax(0x80000000) < 0x8000000a || !(cpuid_ecx(0x80000001) & CPUID_SVM))
		return bhd_refuse(why, BH_D_NO_VIRT, 0, "AMD SVM or Intel VMX");
	if (!(cpuid_edx(0x8000000a) & SVM_NPT))
		return bhd_refuse(why, BH_D_NO_VIRT, 0, "nested paging");
	if (look_at_cpus() & FOUND_DISABLED)
		return bhd_refuse(why, BH_D_NO_VIRT, 1, "AMD SVM, disabled by the firmware");
	return 0;
}

static int check_virt(const struct bhd_blob *blob, struct bhd_why *why)
{
	return cpuid_ecx(1) & CPUID_VMX ? check_vmx(why) : check_svm(why);
}

/* KVM would use instructions that the hypervisor intercepts. */
static int check_virt_free(const struct bhd_blob *blob, struct bhd_why *why)
{
	if (bhd_kvm_loaded())
		return bhd_refuse(why, BH_D_VIRT_USED, 0, "module kvm");
	if (look_at_cpus() & FOUND_IN_USE)
		return bhd_refuse(why, BH_D_VIRT_USED, 0, "EFER.SVME or CR4.VMXE is set");
	return 0;
}

static int check_apic(const struct bhd_blob *blob, struct bhd_why *why)
{
	if (!(look_at_cpus() & FOUND_X2APIC))
		return 0;
	return bhd_refuse(why, bhd_probe_x2apic_locked() ? BH_D_X2APIC_LOCKED : BH_D_X2APIC, 0,
			  "%s", "");
}

/* An offline CPU would run outside of the hypervisor when it is switched on. */
static int check_online(const struct bhd_blob *blob, struct bhd_why *why)
{
	unsigned int cpu;

	for_each_present_cpu (cpu)
		if (!cpu_online(cpu))
			return bhd_refuse(why, BH_D_CPU_NOT_ONLINE, cpu, "%s", "");
	return 0;
}

const struct bhd_check bhd_arch_checks[] = {
	{ BH_REQ_VIRT, check_virt, true },	    { BH_REQ_VIRT_FREE, check_virt_free, true },
	{ BH_REQ_APIC, check_apic, true },	    { BH_REQ_ONLINE, check_online, true },
	{ BH_REQ_CPU_STATE, bhd_probe_cpus, true }, { BH_REQ_IOMMU, bhd_probe_iommus, true },
};
const size_t bhd_arch_check_count = ARRAY_SIZE(bhd_arch_checks);

/* Does nothing: facts are measured on arm64 only. */
void bhd_arch_facts(struct bh_ioc_check *check)
{
}

/* Accepts every config: on x86-64 no setting of the root cell needs support by Linux. */
int bhd_arch_check_root(const struct bhd_blob *blob, struct bhd_why *why)
{
	return 0;
}
