// SPDX-License-Identifier: GPL-2.0
/* The guest on this CPU: registers in its VMCS, and injection of events (Intel SDM volume 3C). */
#include <arch/asm.h>
#include <arch/vmx.h>
#include <hyp/arch.h>

/* The VMCS field of each register. 0: CR2 and DR6 have no field. */
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

/* Returns a control register as the guest sees it: bits in mask, which the hypervisor owns, come
 * from the read shadow. */
static uint64_t seen(uint64_t real, uint64_t mask, uint64_t shadow)
{
	return (real & ~mask) | (shadow & mask);
}

uint64_t vmx_get(const struct percpu *cpu, enum vm_reg reg)
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

/* Doesn't change the entry control for long mode: callers leave EFER.LMA as it is. */
void vmx_set_efer(struct percpu *cpu, uint64_t efer)
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
	if (unlikely(blocked & (BLOCKED_STI | BLOCKED_MOV_SS))) /* by the preceding instruction */
		vmwrite(VMCS_GUEST_BLOCKED, blocked & ~(BLOCKED_STI | BLOCKED_MOV_SS));
}

/* Replaces any other event. An event wakes the guest from HLT. */
void vmx_inject(struct percpu *cpu, uint64_t event)
{
	(void)cpu;
	vmwrite(VMCS_ENTRY_ERROR, 0);
	vmwrite(VMCS_ENTRY_EVENT, event);
	vmwrite(VMCS_GUEST_BLOCKED, vmread(VMCS_GUEST_BLOCKED) & BLOCKED_NMI);
	vmwrite(VMCS_GUEST_ACTIVITY, ACTIVITY_ACTIVE);
}

/* With virtual NMIs, the injection of an NMI blocks the next one until the guest's IRET
 * (28.6.1). */
void vmx_inject_nmi(struct percpu *cpu)
{
	uint64_t blocked = vmread(VMCS_GUEST_BLOCKED);

	(void)cpu;
	if (blocked & (BLOCKED_NMI | BLOCKED_MOV_SS) || vmread(VMCS_ENTRY_EVENT) & EVENT_VALID) {
		vmwrite(VMCS_PROC, vmread(VMCS_PROC) | PROC_NMI_WINDOW);
		return;
	}
	vmwrite(VMCS_GUEST_BLOCKED,
		blocked & ~BLOCKED_STI); /* must be 0 for an NMI on some processors (28.3.1.5) */
	vmwrite(VMCS_ENTRY_EVENT, EVENT_VALID | EVENT_TYPE(EVENT_NMI) | VECTOR_NMI);
}

void vmx_describe_exit(const struct percpu *cpu, struct bh_failure *f)
{
	(void)cpu;
	f->syndrome = BH_X86_VMX | vmread(VMCS_REASON);
	f->x86.info1 = vmread(VMCS_QUALIFICATION);
	f->x86.info2 = vmread(VMCS_GUEST_PHYSICAL);
}
