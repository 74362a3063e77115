// SPDX-License-Identifier: GPL-2.0
/*
 * Intel VMX (Intel SDM volume 3C, chapters 24 to 32): the VMCS behind vm.h. Each CPU
 * has one, current from enable to disable. Taking a CPU, reset and leaving are in
 * vmx_state.c, exits in vmx_exit.c.
 *
 * CR2, debug registers 0 to 3 and 6, and the MSRs that the VMCS doesn't name are the
 * guest's at all times: the hypervisor uses none of them.
 */
#include <arch/asm.h>
#include <arch/cpu.h>
#include <arch/formats.h>
#include <arch/vmx.h>
#include <hyp/arch.h>

#define VPIDS (1u << 16)

static struct vmx_capabilities capabilities(void)
{
	struct vmx_capabilities has = { .basic = rdmsr(MSR_VMX_BASIC) };

	if (!(has.basic & VMX_BASIC_TRUE)) /* without them the others may be missing */
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
	vm_max_leaf_level = !(has.ept_vpid & EPT_CAP_2M) ? 0 : has.ept_vpid & EPT_CAP_1G ? 2 : 1;
	return vmx_choose(&has, &vmx_controls, r) &&
	       require(!(firmware & FEATURE_CONTROL_LOCKED) || firmware & FEATURE_CONTROL_VMX, r,
		       BH_E_UNSUPPORTED, BH_F_PLATFORM, 0, MSR_FEATURE_CONTROL);
}

/* CR2 and DR6 aren't among them. */
const uint16_t vmx_fields[VM_REGS] = {
	[VM_RIP] = VMCS_GUEST_RIP,
	[VM_RFLAGS] = VMCS_GUEST_RFLAGS,
	[VM_CR0] = VMCS_GUEST_CR0,
	[VM_CR3] = VMCS_GUEST_CR3,
	[VM_CR4] = VMCS_GUEST_CR4,
	[VM_EFER] = VMCS_GUEST_EFER,
	[VM_CS_SELECTOR] = VMCS_GUEST_SELECTOR + 2 * SEG_CS,
	[VM_SS_SELECTOR] = VMCS_GUEST_SELECTOR + 2 * SEG_SS,
	[VM_CS_BASE] = VMCS_GUEST_BASE + 2 * SEG_CS,
	[VM_RSP] = VMCS_GUEST_RSP,
	[VM_DR7] = VMCS_GUEST_DR7,
	[VM_PAT] = VMCS_GUEST_PAT,
};

/* As the guest sees a control register of which some bits are ours. */
static uint64_t seen(uint64_t real, uint64_t mask, uint64_t shadow)
{
	return (real & ~mask) | (shadow & mask);
}

static uint64_t vmx_get(const struct percpu *cpu, enum vm_reg reg)
{
	uint64_t value;

	(void)cpu;
	if (reg == VM_CR2)
		return read_cr(2);
	value = vmread(vmx_fields[reg]);
	if (reg == VM_CR0)
		return seen(value, vmread(VMCS_CR0_MASK), vmread(VMCS_CR0_SHADOW));
	if (reg == VM_CR4)
		return seen(value, vmread(VMCS_CR4_MASK), vmread(VMCS_CR4_SHADOW));
	return value;
}

unsigned vmx_mode(const struct percpu *cpu)
{
	uint64_t rights = vmread(VMCS_GUEST_RIGHTS + 2 * SEG_CS);

	(void)cpu;
	if (rights & RIGHTS_LONG && vmread(VMCS_GUEST_EFER) & EFER_LMA)
		return 64;
	return rights & RIGHTS_DEFAULT32 ? 32 : 16;
}

/* LMA isn't changed by it, so the mode of the entry stays. */
static void vmx_set_efer(struct percpu *cpu, uint64_t efer)
{
	vmwrite(VMCS_GUEST_EFER, efer);
	vmx_flush(cpu);
}

void vmx_skip(struct percpu *cpu, unsigned length)
{
	uint64_t from = vmread(VMCS_GUEST_RIP), rip = from + length;
	uint64_t blocked = vmread(VMCS_GUEST_BLOCKED);

	if (unlikely((rip ^ from) >> 32) && vmx_mode(cpu) != 64)
		rip = (uint32_t)rip;
	vmwrite(VMCS_GUEST_RIP, rip);
	if (unlikely(blocked & (BLOCKED_STI | BLOCKED_MOV_SS))) /* by what was before it */
		vmwrite(VMCS_GUEST_BLOCKED, blocked & ~(BLOCKED_STI | BLOCKED_MOV_SS));
}

/* Delivered instead of what else the exit left behind, so to an active CPU. */
static void vmx_inject(struct percpu *cpu, uint64_t event)
{
	(void)cpu;
	vmwrite(VMCS_ENTRY_ERROR, 0);
	vmwrite(VMCS_ENTRY_EVENT, event);
	vmwrite(VMCS_GUEST_BLOCKED, vmread(VMCS_GUEST_BLOCKED) & BLOCKED_NMI);
	vmwrite(VMCS_GUEST_ACTIVITY, ACTIVITY_ACTIVE);
}

/* With virtual NMIs: entering with one blocks the next until the guest's IRET (28.6.1). */
void vmx_inject_nmi(struct percpu *cpu)
{
	uint64_t blocked = vmread(VMCS_GUEST_BLOCKED);

	(void)cpu;
	if (blocked & (BLOCKED_NMI | BLOCKED_MOV_SS) || vmread(VMCS_ENTRY_EVENT) & EVENT_VALID) {
		vmwrite(VMCS_PROC, vmx_controls.proc | PROC_NMI_WINDOW);
		return;
	}
	vmwrite(VMCS_GUEST_BLOCKED, blocked & ~BLOCKED_STI); /* 28.3.1.5; it may hold off no NMI */
	vmwrite(VMCS_ENTRY_EVENT, EVENT_VALID | EVENT_TYPE(EVENT_NMI) | VECTOR_NMI);
}

/* The exit took it, but as of an NMI's handler: IRET allows the next (27.2, 6.7.1). */
static void vmx_take_nmi(void)
{
	asm volatile("int $2" : : : "memory");
}

static void vmx_describe_exit(const struct percpu *cpu, struct bh_failure *f)
{
	(void)cpu;
	f->syndrome = BH_X86_VMX | vmread(VMCS_REASON);
	f->x86.info1 = vmread(VMCS_QUALIFICATION);
	f->x86.info2 = vmread(VMCS_GUEST_PHYSICAL);
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
	.take_nmi = vmx_take_nmi,
	.flush = vmx_flush,
	.describe_exit = vmx_describe_exit,
	.format = &ept_format,
	.msr_bit = vmx_msr_bit,
};
