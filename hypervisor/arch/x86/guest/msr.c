// SPDX-License-Identifier: GPL-2.0
/* The policy for MSRs: see msr.h. */
#include <arch/apic.h>
#include <arch/asm.h>
#include <arch/cpuid.h>
#include <arch/msr.h>
#include <arch/vm.h>
#include <arch/vmcs.h>
#include <hyp/arch.h>

#define MSR_SVM_KEY 0xc0010118
#define MSR_PATCH_LEVEL 0x8b
#define MSR_MTRR_CAP 0xfe
#define MSR_MISC_ENABLE 0x1a0
#define MSR_MTRR_FIRST 0x200
#define MSR_MTRR_LAST 0x2ff
#define MSR_SYSCFG 0xc0010010
#define MSR_HWCR 0xc0010015
#define MSR_IORR_FIRST 0xc0010016 /* .. TOP_MEM2: select which addresses are memory */
#define MSR_TOP_MEM2 0xc001001d
#define MSR_NB_CFG 0xc001001f
#define NB_CFG_CF8_EXTENDED BIT(46) /* EnableCf8ExtCfg (BKDG of family 10h) */
#define MSR_MMIO_CONFIG 0xc0010058  /* base of PCI configuration space */
#define MSR_SMM_FIRST 0xc0010111
#define MSR_SMM_LAST 0xc0010116

#define EFER_KNOWN (EFER_SCE | EFER_LME | EFER_LMA | EFER_NXE | EFER_LMSLE | EFER_FFXSR | EFER_TCE)

/* MSRs that a cell accesses directly: they affect only its own CPU, and are reset for the next
 * owner. */
static bool cell_owns(uint32_t msr)
{
	switch (msr) {
	case MSR_SYSENTER_CS:
	case MSR_SYSENTER_ESP:
	case MSR_SYSENTER_EIP:
	case MSR_SPEC_CTRL: /* speculation of this CPU */
	case MSR_PRED_CMD:
	case MSR_PAT: /* the guest's own (APM 2, 15.25.4) */
	case MSR_STAR:
	case MSR_LSTAR:
	case MSR_CSTAR:
	case MSR_SFMASK:
	case MSR_FS_BASE:
	case MSR_GS_BASE:
	case MSR_KERNEL_GS_BASE:
	case MSR_TSC_AUX:
	case MSR_TSC_DEADLINE: /* of its local APIC */
		return true;
	default:
		return false;
	}
}

/* Is this an MSR of VMX's capabilities? No guest has VMX. */
static bool of_vmx(uint32_t msr)
{
	return msr >= MSR_VMX_BASIC && msr <= MSR_VMX_LAST;
}

/* Firmware's setup of the whole machine, on which the hypervisor's protection relies. Root may only
 * write the value that an MSR already has. */
static bool is_firmwares(uint32_t msr)
{
	return msr == MSR_SYSCFG || (msr >= MSR_IORR_FIRST && msr <= MSR_TOP_MEM2) ||
	       msr == MSR_MMIO_CONFIG || (msr >= MSR_SMM_FIRST && msr <= MSR_SMM_LAST);
}

bool msr_trapped(bool root, uint32_t msr, bool write)
{
	if (msr >= APIC_MSR(0) && msr < APIC_MSR_END)
		return apic_msr_trapped(root, msr, write);
	if (of_vmx(msr))
		return true;
	switch (msr) {
	case MSR_EFER:
	case MSR_FEATURE_CONTROL:
	case MSR_VM_CR:
	case MSR_VM_HSAVE_PA:
	case MSR_SVM_KEY:
		return true;
	case MSR_APIC_BASE:
		return write || !root;
	case MSR_TSC:
		return write && !root;
	default:
		return root ? write && is_firmwares(msr) : !cell_owns(msr);
	}
}

/* Can a cell read this MSR of the machine? */
static bool cell_may_read(uint32_t msr)
{
	return msr == MSR_APIC_BASE || msr == MSR_PATCH_LEVEL || msr == MSR_MTRR_CAP ||
	       (msr >= MSR_MTRR_FIRST && msr <= MSR_MTRR_LAST) || msr == MSR_MISC_ENABLE ||
	       msr == MSR_SYSCFG || msr == MSR_HWCR;
}

bool msr_emulate_read(struct percpu *cpu, uint32_t msr, uint64_t *value)
{
	bool root = cpu->public.cell->id == BH_ROOT_CELL;

	if (of_vmx(msr))
		return false;
	switch (msr) {
	case MSR_EFER:
		*value = vm_get(cpu, VM_EFER);
		return true;
	case MSR_FEATURE_CONTROL: /* VMX locked off, as by firmware; AMD has no such MSR */
		if (!root || !rdmsr_safe(msr, value))
			return false;
		*value = FEATURE_CONTROL_LOCKED;
		return true;
	case MSR_VM_CR: /* the same for SVM */
		*value = VM_CR_SVMDIS | BIT(3);
		return true;
	case MSR_VM_HSAVE_PA:
	case MSR_SVM_KEY:
		*value = 0;
		return root;
	}
	if (msr == MSR_NB_CFG && !root) { /* Linux writes the MSR unless this bit is set */
		*value = NB_CFG_CF8_EXTENDED;
		return true;
	}
	if (!(root || cell_may_read(msr)) || !rdmsr_safe(msr, value))
		return false;
	if (msr == MSR_APIC_BASE) { /* the BSP bit is set on a cell's first CPU */
		*value &= ~APIC_BASE_BSP;
		if (!(cpu->public.cell->cpus & (BIT(cpu->public.index) - 1)))
			*value |= APIC_BASE_BSP;
	}
	return true;
}

/* APM 2, 3.1.7 and 14.6.1: LME can't change while paging is on. */
static bool write_efer(struct percpu *cpu, uint64_t value)
{
	uint64_t old = vm_get(cpu, VM_EFER);
	uint64_t known = EFER_KNOWN;

	if (!(cpuid(0x80000001, 0).d & BIT(20)))
		known &= ~EFER_NXE;
	if (!(cpuid(0x80000001, 0).c & BIT(17)))
		known &= ~EFER_TCE;
	if (!(cpuid(0x80000001, 0).d & BIT(25)))
		known &= ~EFER_FFXSR;
	if (cpuid(0x80000008, 0).b & BIT(20) || /* EferLmsleUnsupported */
	    !(cpuid(0x80000001, 0).c & CPUID_EXT_C_SVM))
		known &= ~EFER_LMSLE;
	/* Linux may have read SVME as 1 before enable, and writes it back. */
	if (value & ~(known | EFER_SVME))
		return false;
	if ((value ^ old) & EFER_LME && vm_get(cpu, VM_CR0) & CR0_PG)
		return false;
	vm->set_efer(cpu, (value & ~(EFER_LMA | EFER_SVME)) | (old & EFER_LMA));
	return true;
}

static bool write_roots(uint32_t msr, uint64_t value)
{
	uint64_t now;

	if (is_firmwares(msr))
		return rdmsr_safe(msr, &now) && now == value;
	return wrmsr_safe(msr, value);
}

bool msr_emulate_write(struct percpu *cpu, uint32_t msr, uint64_t value)
{
	bool root = cpu->public.cell->id == BH_ROOT_CELL;

	if (msr >= APIC_MSR(0) && msr < APIC_MSR_END)
		return apic_wrmsr(cpu, msr, value);
	if (of_vmx(msr))
		return false;
	switch (msr) {
	case MSR_EFER:
		return write_efer(cpu, value);
	case MSR_APIC_BASE:
		return apic_set_base(cpu, value);
	case MSR_FEATURE_CONTROL:
	case MSR_VM_CR:
	case MSR_VM_HSAVE_PA:
	case MSR_SVM_KEY:
		return false;
	case MSR_PATCH_LEVEL: /* Intel: 0 is written before it is read (SDM 4, IA32_BIOS_SIGN_ID) */
		if (!root)
			return !value;
	}
	return root && write_roots(msr, value);
}
