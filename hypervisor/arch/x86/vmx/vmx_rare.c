// SPDX-License-Identifier: GPL-2.0
/*
 * Rare exits of VMX guests (Intel SDM volume 3C, 26.1, 28.2 and appendix C), and events whose
 * delivery an exit interrupted. The file is compiled for size.
 */
#include <arch/asm.h>
#include <arch/cpu.h>
#include <arch/exits.h>
#include <arch/fault.h>
#include <arch/vmx.h>
#include <hyp/arch.h>
#include <hyp/log.h>

#define CR_NUMBER(q) ((q)&0xf) /* qualification (table 28-3) */
#define CR_ACCESS(q) ((q) >> 4 & 3)
#define CR_REGISTER(q) ((q) >> 8 & 0xf)
#define CR_WRITE 0
#define DR6_EXIT 0x600full /* bits of the qualification that equal DR6's (table 28-1) */

/* Injects the event whose delivery the exit interrupted, if any. */
void vmx_deliver_again(void)
{
	uint64_t event = event_again(vmread(VMCS_VECTORING));

	if (!event)
		return;
	if (EVENT_TYPE_OF(event) ==
	    EVENT_NMI) /* blocked since the exit; its injection blocks NMIs again */
		vmwrite(VMCS_GUEST_BLOCKED, vmread(VMCS_GUEST_BLOCKED) & ~BLOCKED_NMI);
	if (event & EVENT_ERROR)
		vmwrite(VMCS_ENTRY_ERROR, vmread(VMCS_VECTORING_ERROR));
	vmwrite(VMCS_ENTRY_EVENT, event);
}

/* Blocks NMIs again after an IRET that faulted: it has unblocked them, and will be executed again
 * (28.2.3). */
void vmx_undo_iret(void)
{
	if (!(vmread(VMCS_VECTORING) & EVENT_VALID))
		vmwrite(VMCS_GUEST_BLOCKED, vmread(VMCS_GUEST_BLOCKED) | BLOCKED_NMI);
}

/* Handles an exit by an NMI or by an exception of CELL_EXCEPTIONS. */
static void exit_event(struct percpu *cpu, struct guest_regs *regs)
{
	uint64_t event = vmread(VMCS_EXIT_EVENT);
	uint8_t vector = (uint8_t)event;

	vmx_deliver_again();
	if (EVENT_TYPE_OF(event) == EVENT_NMI) {
		take_nmi(cpu);
		return;
	}
	if (event & VMX_EVENT_IRET)
		vmx_undo_iret();
	if (vector == VECTOR_DB) /* the exit of a #DB leaves DR6 unchanged (28.1) */
		write_dr(6, (read_dr(6) & ~0xfull) | (vmread(VMCS_QUALIFICATION) & DR6_EXIT));
	exit_exception(cpu, regs, vector);
}

/*
 * A MOV to CR0 or CR4 that changes bits which the hypervisor owns. The value goes to the read
 * shadow; so the guest reads it, and the instruction doesn't exit when it is executed again. Then
 * the CPU itself checks and writes the other bits, and switches modes.
 */
static void exit_cr(struct percpu *cpu, struct guest_regs *regs)
{
	uint64_t info = vmread(VMCS_QUALIFICATION);
	unsigned reg = CR_REGISTER(info);
	uint64_t value = reg == R_SP ? vmread(VMCS_GUEST_RSP) : regs->r[reg];
	bool cr0 = CR_NUMBER(info) == 0;
	bool refused = cr0 ? (value & (CR0_NW | CR0_CD)) == CR0_NW : value & ~vmx_cr4(cpu);

	count_exit(cpu, BH_EXIT_OTHER);
	if (CR_ACCESS(info) != CR_WRITE || (!cr0 && CR_NUMBER(info) != 4)) {
		violation(cpu, regs, BH_STOP_TRAP, 0);
		return;
	}
	if (refused) { /* NW without CD is reserved (SDM 3A, 2.5) */
		vm_inject_exception(cpu, VECTOR_GP);
		return;
	}
	vmwrite(cr0 ? VMCS_CR0_SHADOW : VMCS_CR4_SHADOW, value);
}

static bool of_vmx(uint64_t reason)
{
	return reason == REASON_GETSEC || (reason >= REASON_VMCLEAR && reason <= REASON_VMXON) ||
	       reason == REASON_INVEPT || reason == REASON_INVVPID || reason == REASON_VMFUNC;
}

/* The CPU rejects the VMCS: a fault of the hypervisor, not of the guest. */
void __noreturn __attribute__((used)) vmx_stuck(struct guest_regs *regs);
void __noreturn vmx_stuck(struct guest_regs *regs)
{
	struct percpu *cpu = regs->cpu;

	log_message(BH_MSG_HYPERVISOR_FAULT, cpu->public.cell->id, vmread(VMCS_INSTRUCTION_ERROR),
		    0, vmread(VMCS_GUEST_RIP));
	if (cpu->public.cell->id != BH_ROOT_CELL)
		stop_with_record(cpu, regs, BH_STOP_HYPERVISOR_FAULT, 0);
	cpu_park(cpu);
}

/* The entry failed because of the guest's state or of a machine check (27.8), which ends a cell.
 * Root gets an exception, once: an event that was to be injected still is in the VMCS. */
static void entry_failed(struct percpu *cpu, struct guest_regs *regs, uint64_t reason)
{
	bool checked = reason == (REASON_ENTRY_FAILED | REASON_ENTRY_MACHINE_CHECK);

	if (cpu->public.cell->id != BH_ROOT_CELL) {
		if (checked)
			machine_check(cpu, regs);
		stop_with_record(cpu, regs, BH_STOP_TRAP, 0);
	}
	if (!checked && vmread(VMCS_ENTRY_EVENT) & EVENT_VALID)
		vmx_stuck(regs);
	vm_inject_exception(cpu, checked ? VECTOR_MC : VECTOR_GP);
}

void vmx_rare_exit(struct percpu *cpu, struct guest_regs *regs, uint64_t reason)
{
	if (unlikely(reason & REASON_ENTRY_FAILED)) {
		entry_failed(cpu, regs, reason);
		return;
	}
	switch (reason) {
	case REASON_EXCEPTION:
		exit_event(cpu, regs);
		break;
	case REASON_CR:
		exit_cr(cpu, regs);
		break;
	case REASON_NMI_WINDOW:
		count_exit(cpu, BH_EXIT_OTHER);
		vmwrite(VMCS_PROC, vmread(VMCS_PROC) & ~PROC_NMI_WINDOW);
		vmx_inject_nmi(cpu);
		break;
	case REASON_XSETBV:
		if (exit_xsetbv(cpu, regs))
			vmx_done(cpu);
		break;
	case REASON_RDPMC:
		exit_rdpmc(cpu);
		break;
	case REASON_INVD:
	case REASON_WBINVD:
		exit_invd(cpu);
		vmx_done(cpu);
		break;
	case REASON_INIT: /* the firmware sent INIT: ipi.c never does */
		count_exit(cpu, BH_EXIT_OTHER);
		break;
	case REASON_TRIPLE_FAULT:
		exit_shutdown(cpu, regs);
	default: /* an instruction of VMX, which no guest has */
		if (of_vmx(reason))
			exit_undefined(cpu);
		else
			violation(cpu, regs, BH_STOP_TRAP, 0);
	}
}

/* An NMI arrived since the exit: serves its requests before the guest is entered. */
void __attribute__((used)) vmx_nmi(struct guest_regs *regs);
void vmx_nmi(struct guest_regs *regs)
{
	struct percpu *cpu = regs->cpu;

	take_commands(cpu);
	if (cpu->arch.nmi) {
		cpu->arch.nmi = 0;
		vmx_inject_nmi(cpu);
	}
}
