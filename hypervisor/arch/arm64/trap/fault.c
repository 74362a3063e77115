// SPDX-License-Identifier: GPL-2.0
/* What happens when a guest goes too far, or when EL2 itself faults on its behalf. */
#include <arch/boot.h>
#include <arch/el2.h>
#include <arch/gic.h>
#include <arch/mmu.h>
#include <arch/sysreg.h>
#include <arch/trap.h>
#include <arch/uart.h>
#include <hyp/arch.h>
#include <hyp/hypercall.h>
#include <hyp/log.h>
#include <hyp/string.h>

static void __noreturn stop_with_record(struct percpu *cpu, const struct guest_regs *regs,
					uint64_t esr, enum bh_stop_reason reason)
{
	struct bh_failure record = {
		.pc = read_sysreg(elr_el2),
		.syndrome = esr,
		.fault_va = read_sysreg(far_el2),
		.arm64 = { .pstate = read_sysreg(spsr_el2),
			   .sp_el0 = read_sysreg(sp_el0),
			   .sp_el1 = read_sysreg(sp_el1),
			   .guest_syndrome = read_sysreg(esr_el1),
			   .guest_elr = read_sysreg(elr_el1),
			   .guest_vbar = read_sysreg(vbar_el1),
			   .guest_sctlr = read_sysreg(sctlr_el1) },
	};

	memcpy(record.arm64.regs, regs->x, sizeof(record.arm64.regs));
	if (reason != BH_STOP_HYPERVISOR_FAULT) /* HPFAR_EL2 knows guests' faults only */
		record.fault_ipa = fault_ipa();
	cell_stop_self(cpu, &record, reason);
}

void violation(struct percpu *cpu, struct guest_regs *regs, uint64_t esr,
	       enum bh_stop_reason reason)
{
	const struct cell *cell = cpu->public.cell;

	if (cell->id != BH_ROOT_CELL && !(cell->config->flags & BH_CELL_ON_VIOLATION_ABORT))
		stop_with_record(cpu, regs, esr, reason);
	/* A cell that was cut off to stop it faults here for ever, were it given aborts. */
	cpu_take_commands(cpu);
	log_guest_message(BH_MSG_VIOLATION, cell->id, esr, read_sysreg(far_el2),
			  read_sysreg(elr_el2));
	inject_abort(esr, read_sysreg(far_el2));
}

/*
 * From vectors.S: exceptions of guests that are rare; it takes the others where they
 * belong. Gives whether x19..x29 of the guest changed.
 */
bool handle_sync(struct percpu *cpu, struct guest_regs *regs, uint64_t esr)
{
	switch (ESR_EC(esr)) {
	case EC_IABORT_LOWER:
		return handle_abort(cpu, regs, esr);
	case EC_SERROR: /* only cells route SErrors here (HCR_EL2.AMO) */
		count_exit(cpu, BH_EXIT_SERROR);
		violation(cpu, regs, esr, BH_STOP_SERROR);
		return false;
	default: /* the exception that hardware without the trapped feature would give */
		count_exit(cpu, BH_EXIT_OTHER);
		inject_undefined();
		return false;
	}
}

/* Stays at EL2 until the machine is reset, but others can still hold it. */
void __noreturn cpu_park(struct percpu *cpu)
{
	for (;;) {
		asm volatile("wfi");
		gic_fiq(cpu);
	}
}

/* A fault while a fault is handled: others go on. */
static void __noreturn fatal(struct percpu *cpu, uint64_t esr, uint64_t pc, uint64_t far)
{
	const uint64_t values[] = { cpu->public.index, esr, pc, far };

	uart_report("bulkhead: fatal: cpu, syndrome, pc, address:", values, ARRAY_SIZE(values));
	cpu_park(cpu);
}

/*
 * From vectors.S: an exception of EL2 itself (memory or a device that answers
 * with an error, or our mistake). It is charged to the guest that this CPU
 * served: a cell ends; root's management call fails, or what it did gets an
 * abort; where a CPU of root was only about to start, it stays here. Nothing of
 * what EL2 was at is resumed, and what it held is let go first of all.
 */
void __noreturn __attribute__((used)) el2_fault(struct percpu *cpu)
{
	uint64_t esr = read_sysreg(esr_el2), pc = read_sysreg(elr_el2), far = read_sysreg(far_el2);
	struct guest_regs *regs = cpu_frame(cpu->public.index);
	bool called;

	if (cpu->arch.faulting)
		fatal(cpu, esr, pc, far);
	cpu->arch.faulting = true;
	called = hypercall_abandon(cpu);
	mmu_window(0, 0); /* it may have been at a guest's memory */
	mmu_window(1, 0);
	write_sysreg(regs->pc, elr_el2);
	write_sysreg(regs->pstate, spsr_el2);
	log_guest_message(BH_MSG_EL2_FAULT, cpu->public.cell->id, esr, pc, far);
	if (cpu->public.cell->id != BH_ROOT_CELL)
		stop_with_record(cpu, regs, esr, BH_STOP_HYPERVISOR_FAULT);
	if (cpu->public.state != CPU_RUNNING)
		cpu_park(cpu);
	gic_abandon(cpu);
	if (called)
		regs->x[0] = (uint64_t)-BH_E_FAULT;
	else
		inject_abort(ESR_IL, far);
	cpu->arch.faulting = false;
	enter_guest(regs);
}

/* Entered with a stack that may be broken: start again from its top. */
void __noreturn el2_fault_entry(struct percpu *cpu)
{
	uint64_t top = (uint64_t)(uintptr_t)cpu_frame(cpu->public.index);

	asm volatile("mov sp, %0\n\tmov x0, %1\n\tb el2_fault"
		     :
		     : "r"(top), "r"(cpu)
		     : "x0", "memory");
	__builtin_unreachable();
}
