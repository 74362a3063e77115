// SPDX-License-Identifier: GPL-2.0
/* The policy for MSRs: see msr.h, features.h. */
#include <arch/apic.h>
#include <arch/asm.h>
#include <arch/features.h>
#include <arch/msr.h>
#include <arch/vm.h>
#include <arch/vmcs.h>
#include <hyp/arch.h>

#define NB_CFG_CF8_EXTENDED BIT(46) /* EnableCf8ExtCfg (BKDG of family 10h) */

/* What cells see of ARCH_CAPABILITIES: that the CPU lacks a weakness or behaves in a known way, not
 * that it has another MSR (SDM 4, IA32_ARCH_CAPABILITIES). */
#define CELL_ARCH_CAP 0x400000001d1ae17full

bool msr_trapped(bool root, uint32_t msr, bool write)
{
	const struct msr_row *row;

	if (msr >= APIC_MSR(0) && msr < APIC_MSR_END)
		return apic_msr_trapped(root, msr, write);
	row = msr_row(msr);
	return row ? msr_exits(msr_rights(row, root), root, write) : !root;
}

bool msr_emulate_read(struct percpu *cpu, uint32_t msr, uint64_t *value)
{
	bool root = cpu->public.cell->id == BH_ROOT_CELL;
	const struct msr_row *row = msr_row(msr);

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
	if (!row || !(msr_rights(row, root) & (root ? ROOT_SAME | ROOT_IGNORED : CELL_LOOKS)) ||
	    !rdmsr_safe(msr, value))
		return false;
	if (msr == MSR_ARCH_CAP)
		*value &= CELL_ARCH_CAP;
	if (msr == MSR_APIC_BASE) { /* the BSP bit is set on a cell's first CPU */
		*value &= ~APIC_BASE_BSP;
		if (!(cpu->public.cell->cpus & (BIT(cpu->public.index) - 1)))
			*value |= APIC_BASE_BSP;
	}
	return true;
}

/* Bits of EFER that a guest may set. */
static uint64_t known_efer(bool root)
{
	uint64_t known = EFER_SCE | EFER_LME | EFER_LMA;

	for (unsigned i = 0; i < ARRAY_SIZE(efer_bits); i++)
		if (root ? cpu_has(efer_bits[i].feature) : cells_have(efer_bits[i].feature))
			known |= efer_bits[i].bit;
	if (cpu_has(CPUID_SVM) && !cpu_has(CPUID_NO_LMSLE))
		known |= EFER_LMSLE;
	return known;
}

/* APM 2, 3.1.7 and 14.6.1: LME can't change while paging is on. */
static bool write_efer(struct percpu *cpu, uint64_t value, bool root)
{
	uint64_t old = vm_get(cpu, VM_EFER);

	/* Linux may have read SVME as 1 before enable, and writes it back. */
	if (value & ~(known_efer(root) | EFER_SVME))
		return false;
	if ((value ^ old) & EFER_LME && vm_get(cpu, VM_CR0) & CR0_PG)
		return false;
	vm->set_efer(cpu, (value & ~(EFER_LMA | EFER_SVME)) | (old & EFER_LMA));
	return true;
}

static bool write_roots(const struct msr_row *row, uint32_t msr, uint64_t value)
{
	uint64_t now;

	if (row && row->who & ROOT_SAME)
		return rdmsr_safe(msr, &now) && now == value;
	if (row && row->who & ROOT_WRITE)
		return row->who & ROOT_IGNORED;
	return wrmsr_safe(msr, value);
}

bool msr_emulate_write(struct percpu *cpu, uint32_t msr, uint64_t value)
{
	bool root = cpu->public.cell->id == BH_ROOT_CELL;

	if (msr >= APIC_MSR(0) && msr < APIC_MSR_END)
		return apic_wrmsr(cpu, msr, value);
	switch (msr) {
	case MSR_EFER:
		return write_efer(cpu, value, root);
	case MSR_APIC_BASE:
		return apic_set_base(cpu, value);
	case MSR_PATCH_LEVEL: /* Intel: 0 is written before it is read (SDM 4, IA32_BIOS_SIGN_ID) */
		if (!root)
			return !value;
	}
	return root && write_roots(msr_row(msr), msr, value);
}
