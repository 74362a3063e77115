// SPDX-License-Identifier: GPL-2.0
/*
 * Intel VMX (Intel SDM volume 3C, chapters 24 to 32): the operations of vm.h. Each CPU has one
 * VMCS, which is current from enable to disable.
 *
 * CR2, debug registers 0 to 3 and 6, and MSRs without a field in the VMCS always have the guest's
 * values: the hypervisor uses none of them.
 */
#include <arch/asm.h>
#include <arch/formats.h>
#include <arch/vmx.h>
#include <hyp/arch.h>

#define VPIDS (1u << 16)

static struct vmx_capabilities capabilities(void)
{
	struct vmx_capabilities has = { .basic = rdmsr(MSR_VMX_BASIC) };

	if (!(has.basic & VMX_BASIC_TRUE)) /* without the TRUE MSRs others may be missing, too */
		return has;
	has.pin = rdmsr(MSR_VMX_TRUE_PIN);
	has.proc = rdmsr(MSR_VMX_TRUE_PROC);
	has.exit = rdmsr(MSR_VMX_TRUE_EXIT);
	has.entry = rdmsr(MSR_VMX_TRUE_ENTRY);
	has.cr0_fixed = rdmsr(MSR_VMX_CR0_FIXED0);
	has.cr4_fixed = rdmsr(MSR_VMX_CR4_FIXED0);
	if (has.proc >> 32 & PROC_SECONDARY)
		has.proc2 = rdmsr(MSR_VMX_PROC2);
	if (has.proc2 >> 32 & (PROC2_EPT | PROC2_VPID))
		has.ept_vpid = rdmsr(MSR_VMX_EPT_VPID);
	return has;
}

static bool vmx_check(struct bh_refusal *r)
{
	struct vmx_capabilities has = capabilities();
	uint64_t firmware = rdmsr(MSR_FEATURE_CONTROL);

	vmx_ept_vpid = has.ept_vpid;
	vm_asids = VPIDS;
	ept_read_types();
	vm_max_leaf_level = !(has.ept_vpid & EPT_CAP_2M) ? 0 : has.ept_vpid & EPT_CAP_1G ? 2 : 1;
	return vmx_choose(&has, &vmx_controls, r) &&
	       require(!(firmware & FEATURE_CONTROL_LOCKED) || firmware & FEATURE_CONTROL_VMX, r,
		       BH_E_UNSUPPORTED, BH_F_PLATFORM, 0, MSR_FEATURE_CONTROL);
}

/* The bitmap has a bit for reads of each MSR of two ranges, then a bit for writes of each
 * (25.6.9). */
static bool vmx_msr_bit(uint32_t msr, bool write, unsigned *bit)
{
	bool high = msr >= 0xc0000000;

	*bit = (write ? 0x4000u : 0) + (high ? 0x2000u : 0) + (msr & 0x1fff);
	return (msr & ~0x1fffu) == (high ? 0xc0000000 : 0);
}

/* The entry takes RAX from the frame. */
static void vmx_set_ax(struct percpu *cpu, uint64_t value)
{
	(void)cpu, (void)value;
}

const struct vm_ops vmx_ops = {
	.check = vmx_check,
	.take = vmx_take,
	.reset = vmx_reset,
	.switch_on = vmx_switch_on,
	.switch_off = vmx_switch_off,
	.release = vmx_release,
	.enter = vmx_enter,
	.get = vmx_get,
	.mode = vmx_mode,
	.set_efer = vmx_set_efer,
	.inject = vmx_inject,
	.inject_nmi = vmx_inject_nmi,
	.flush = vmx_flush,
	.set_ax = vmx_set_ax,
	.describe_exit = vmx_describe_exit,
	.format = &ept_format,
	.msr_bit = vmx_msr_bit,
};
