// SPDX-License-Identifier: GPL-2.0
/* Violations by guests, and faults of the hypervisor: see fault.h. */
#include <arch/asm.h>
#include <arch/cpu.h>
#include <arch/fault.h>
#include <arch/image.h>
#include <arch/layout.h>
#include <arch/mmu.h>
#include <arch/vm.h>
#include <hyp/arch.h>
#include <hyp/hypercall.h>
#include <hyp/log.h>
#include <hyp/string.h>

#define MC_VALID BIT(63)

static void describe(const struct percpu *cpu, const struct guest_regs *regs, ipaddr_t gpa,
		     struct bh_failure *record)
{
	memset(record, 0, sizeof(*record));
	record->pc = vm_get(cpu, VM_RIP);
	record->fault_ipa = gpa;
	vm_record(cpu, regs, record);
}

void __noreturn stop_with_record(struct percpu *cpu, const struct guest_regs *regs,
				 enum bh_stop_reason reason, ipaddr_t gpa)
{
	struct bh_failure record;

	describe(cpu, regs, gpa, &record);
	cell_stop_self(cpu, &record, reason);
}

/* Records the first bank with an error, and clears all banks for the CPU's next owner.
 * MCG_STATUS is cleared because another machine check would shut the CPU down while MCIP is
 * set (APM 2, 9.3). */
void __noreturn machine_check(struct percpu *cpu, const struct guest_regs *regs)
{
	struct bh_failure record;
	uint64_t banks = 0, status;

	describe(cpu, regs, 0, &record);
	rdmsr_safe(MSR_MCG_CAP, &banks);
	for (uint32_t i = (uint32_t)banks & 0xff; i-- > 0;) {
		if (!rdmsr_safe(MSR_MC0_STATUS + 4 * i, &status) || !(status & MC_VALID))
			continue;
		record.x86.info1 = status;
		rdmsr_safe(MSR_MC0_STATUS + 4 * i + 1, &record.x86.info2); /* its address */
		wrmsr_safe(MSR_MC0_STATUS + 4 * i, 0);
	}
	wrmsr_safe(MSR_MCG_STATUS, 0);
	cell_stop_self(cpu, &record, BH_STOP_SERROR);
}

void violation(struct percpu *cpu, const struct guest_regs *regs, enum bh_stop_reason reason,
	       ipaddr_t gpa)
{
	const struct cell *cell = cpu->public.cell;

	if (cell->id != BH_ROOT_CELL && !(cell->config->flags & BH_CELL_ON_VIOLATION_ABORT))
		stop_with_record(cpu, regs, reason, gpa);
	log_guest_message(BH_MSG_VIOLATION, cell->id, reason, gpa, vm_get(cpu, VM_RIP));
	vm_inject_exception(cpu, VECTOR_GP);
	/* A cell whose second stage was taken away would fault here for ever: serve its stop. After
	 * the exception, which replaces any event, while an NMI waits for its turn. */
	take_commands(cpu);
}

/* What host_exception (vectors.S) leaves on the stack. */
struct host_frame {
	uint64_t vector, error, rip, cs, rflags, rsp, ss;
};

/* Root goes on after what it asked for was abandoned: a management call fails, anything else is a
 * fault of root. A machine check is root's in any case. */
static void __noreturn resume_root(struct percpu *cpu, struct guest_regs *regs, uint64_t vector,
				   bool called)
{
	if (called) {
		regs->r[R_AX] = (uint64_t)-BH_E_FAULT;
		vm->set_ax(cpu, regs->r[R_AX]);
	}
	if (vector == VECTOR_MC || !called)
		vm_inject_exception(cpu, vector == VECTOR_MC ? VECTOR_MC : VECTOR_GP);
	cpu->arch.faulting = false;
	take_commands(cpu);
	vm->enter(regs);
}

/*
 * Called from vectors.S: an exception of the hypervisor. Only the guest of this CPU is affected: a
 * cell is stopped; root continues. A CPU of root that was starting, or that faults here, parks. The
 * hypervisor's work is not resumed; locks are released first.
 */
void __noreturn __attribute__((used)) host_fault(const struct host_frame *frame);
void __noreturn host_fault(const struct host_frame *frame)
{
	struct percpu *cpu = this_cpu();
	struct guest_regs *regs = cpu_frame(cpu->public.index);
	bool called;

	if (cpu->arch.faulting)
		cpu_park(cpu);
	cpu->arch.faulting = true;
	called = hypercall_abandon(cpu);
	/* The abandoned function may use them. */
	for (unsigned slot = 0; slot < WINDOW_INSN; slot++)
		mmu_window(slot, 0);
	log_guest_message(BH_MSG_HYPERVISOR_FAULT, cpu->public.cell->id,
			  frame->vector << 32 | frame->error, frame->rip, vm_get(cpu, VM_RIP));
	if (cpu->public.cell->id == BH_ROOT_CELL) {
		if (cpu->public.state != CPU_RUNNING)
			cpu_park(cpu);
		resume_root(cpu, regs, frame->vector, called);
	}
	if (frame->vector == VECTOR_MC)
		machine_check(cpu, regs);
	stop_with_record(cpu, regs, BH_STOP_HYPERVISOR_FAULT, 0);
}
