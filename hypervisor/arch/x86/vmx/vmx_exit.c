// SPDX-License-Identifier: GPL-2.0
/*
 * Exits of VMX guests (Intel SDM volume 3C, 26.1, 28.2 and appendix C): vmx_run.S calls vmx_exit(),
 * which decodes the VMCS and calls handlers that SVM and VMX share. Rare exits are in vmx_rare.c.
 */
#include <arch/exits.h>
#include <arch/insn_lookup.h>
#include <arch/s2_fault.h>
#include <arch/vmx.h>
#include <hyp/arch.h>

#define PORT_SIZE(q) (((unsigned)(q)&7) + 1) /* table 28-5 */
#define PORT_IN BIT(3)
#define PORT_STRING BIT(4)

/* Only kernels may make hypercalls: in user mode VMCALL raises #UD. */
static void exit_vmcall(struct percpu *cpu, struct guest_regs *regs)
{
	if (RIGHTS_DPL(vmread(VMCS_GUEST_RIGHTS + 2 * SEG_SS))) {
		exit_undefined(cpu);
		return;
	}
	vmx_done(cpu);
	exit_hypercall(cpu, regs);
}

/* Converts the qualification of an EPT violation (table 28-7) to FAULT_* bits. */
unsigned vmx_fault(uint64_t info)
{
	unsigned fault = (info & EPT_QUAL_WRITE ? FAULT_WRITE : 0) |
			 (info & EPT_QUAL_FETCH ? FAULT_FETCH : 0);

	if ((info & (EPT_QUAL_LINEAR | EPT_QUAL_TRANSLATED)) == EPT_QUAL_LINEAR)
		fault |= FAULT_WALK;
	return fault;
}

static void exit_ept_violation(struct percpu *cpu, struct guest_regs *regs)
{
	uint64_t info = vmread(VMCS_QUALIFICATION), gpa = vmread(VMCS_GUEST_PHYSICAL);
	struct cached_insn *cached = NULL;
	unsigned fault = vmx_fault(info), length;

	if (unlikely(vmread(VMCS_VECTORING) & EVENT_VALID))
		vmx_deliver_again();
	if (unlikely(info & VMX_EVENT_IRET))
		vmx_undo_iret();
	if (vmx_mode(cpu) == 64)
		cached = insn_cache_find(cpu, vmread(VMCS_GUEST_RIP), vmread(VMCS_GUEST_CR3),
					 vm_get(cpu, VM_CR4));
	if (likely(cached && insn_stores_to_apic(cached, gpa) && fault == FAULT_WRITE)) {
		insn_store_to_apic(cpu, regs, cached, gpa);
		length = cached->insn.length;
	} else {
		length = s2_fault(cpu, regs, cached, gpa, fault);
	}
	if (length)
		vmx_skip(cpu, length);
}

static void exit_io(struct percpu *cpu, struct guest_regs *regs)
{
	uint64_t info = vmread(VMCS_QUALIFICATION);

	if (exit_port(cpu, regs, (uint16_t)(info >> 16), PORT_SIZE(info), info & PORT_IN,
		      info & PORT_STRING))
		vmx_done(cpu);
}

void __attribute__((used)) vmx_exit(struct guest_regs *regs);
void vmx_exit(struct guest_regs *regs)
{
	struct percpu *cpu = regs->cpu;
	uint64_t reason =
		vmread(VMCS_REASON); /* with REASON_ENTRY_FAILED it equals no frequent reason */

	if (reason == REASON_EPT_VIOLATION) {
		exit_ept_violation(cpu, regs);
	} else if (reason == REASON_VMCALL) {
		exit_vmcall(cpu, regs);
	} else if (reason == REASON_CPUID) {
		exit_cpuid(cpu, regs, vmread(VMCS_GUEST_CR4));
		vmx_done(cpu);
	} else if (reason == REASON_RDMSR || reason == REASON_WRMSR) {
		if (exit_msr(cpu, regs, reason == REASON_WRMSR))
			vmx_done(cpu);
	} else if (reason == REASON_PORT) {
		exit_io(cpu, regs);
	} else {
		vmx_rare_exit(cpu, regs, reason);
	}
	if (unlikely(cpu->arch.nmi)) {
		cpu->arch.nmi = 0;
		vmx_inject_nmi(cpu);
	}
}
