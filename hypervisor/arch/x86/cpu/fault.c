// SPDX-License-Identifier: GPL-2.0
/* Guests that go too far, and faults of the hypervisor itself: see fault.h. */
#include <arch/asm.h>
#include <arch/boot.h>
#include <arch/cpu.h>
#include <arch/fault.h>
#include <arch/image.h>
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

/* The first bank that has an error is recorded; all are cleared for the next owner, as is what says
 * that one is being handled: another one would shut the CPU down (APM 2, 9.3). */
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
	/* A cell that was cut off to stop it faults here for ever, were it given exceptions alone.
	 * Not sooner: an exception replaces what else is to be delivered, an NMI waits. */
	take_commands(cpu);
}

/* On the stack of an exception: see host_exception. */
struct host_frame {
	uint64_t vector, error, rip, cs, rflags, rsp, ss;
};

/*
 * From vectors.S: an exception of the hypervisor. Whatever guest this CPU served
 * caused it: its cell ends. For root there is nobody left to tell but the log.
 */
void __noreturn __attribute__((used)) host_fault(const struct host_frame *frame);
void __noreturn host_fault(const struct host_frame *frame)
{
	struct percpu *cpu = this_cpu();
	const struct guest_regs *regs = cpu_frame(cpu->public.index);

	log_message(BH_MSG_EL2_FAULT, cpu->public.cell->id, frame->vector << 32 | frame->error,
		    frame->rip, vm_get(cpu, VM_RIP));
	hypercall_abandon(cpu);
	if (cpu->public.cell->id == BH_ROOT_CELL)
		cpu_park(cpu);
	if (frame->vector == VECTOR_MC)
		machine_check(cpu, regs);
	stop_with_record(cpu, regs, BH_STOP_HYPERVISOR_FAULT, 0);
}
