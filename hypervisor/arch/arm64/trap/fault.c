// SPDX-License-Identifier: GPL-2.0
/* Violations by guests, and faults of EL2 itself. */
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
	if (reason != BH_STOP_HYPERVISOR_FAULT) /* HPFAR_EL2 is valid for guests' faults only */
		record.fault_ipa = fault_ipa();
	cell_stop_self(cpu, &record, reason);
}

void violation(struct percpu *cpu, struct guest_regs *regs, uint64_t esr,
	       enum bh_stop_reason reason)
{
	const struct cell *cell = cpu->public.cell;

	if (cell->id != BH_ROOT_CELL && !(cell->config->flags & BH_CELL_ON_VIOLATION_ABORT))
		stop_with_record(cpu, regs, esr, reason);
	/* While a cell is stopped its second stage may be cut off, and every access aborts. Taking
	 * the STOP command here ends that. */
	cpu_take_commands(cpu);
	log_guest_message(BH_MSG_VIOLATION, cell->id, esr, read_sysreg(far_el2),
			  read_sysreg(elr_el2));
	inject_abort(esr, read_sysreg(far_el2));
}

/* From vectors.S: exceptions of guests that no other handler there takes. True if x19 to x29 of the
 * guest changed. */
bool handle_sync(struct percpu *cpu, struct guest_regs *regs, uint64_t esr)
{
	switch (ESR_EC(esr)) {
	case EC_IABORT_LOWER:
		return handle_abort(cpu, regs, esr);
	case EC_WFX:
		gic_wfi(cpu, esr);
		return false;
	case EC_SERROR: /* while a cell ran; SErrors in root go to EL1 (HCR_EL2.AMO is 0) */
		count_exit(cpu, BH_EXIT_SERROR);
		violation(cpu, regs, esr, BH_STOP_SERROR);
		return false;
	default: /* as hardware without the trapped feature: undefined instruction */
		count_exit(cpu, BH_EXIT_OTHER);
		inject_undefined();
		return false;
	}
}

void __noreturn cpu_park(struct percpu *cpu)
{
	/* A CPU that isn't RUNNING gets no kicks, and its interface may be off. */
	bool kicked = cpu->public.state == CPU_RUNNING;

	if (kicked)
		gic_park(cpu);
	for (;;) {
		wfi();
		if (kicked)
			gic_parked(cpu);
	}
}

/* A fault during the handling of a fault: park this CPU; the others continue. */
static void __noreturn fatal(struct percpu *cpu, uint64_t esr, uint64_t pc, uint64_t far)
{
	const uint64_t values[] = { cpu->public.index, esr, pc, far };

	uart_report("bulkhead: fatal: cpu, syndrome, pc, address:", values, ARRAY_SIZE(values));
	cpu_park(cpu);
}

/*
 * An exception of EL2 itself: an external abort by memory or a device, or a bug.
 * Only the guest of this CPU is affected: a cell is stopped; root's hypercall
 * fails, or the trapped access of root gets an abort; a CPU of root that was
 * starting is parked. EL2's work is not resumed; locks are released first.
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
	window_close(0); /* the abandoned function may have them open */
	window_close(1);
	write_sysreg(regs->pc, elr_el2);
	write_sysreg(regs->pstate, spsr_el2);
	log_guest_message(BH_MSG_HYPERVISOR_FAULT, cpu->public.cell->id, esr, pc, far);
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

/* From vectors.S, with a stack that may have overflowed: continue in el2_fault() at its top. */
void __noreturn el2_fault_entry(struct percpu *cpu)
{
	uint64_t top = (uint64_t)(uintptr_t)cpu_frame(cpu->public.index);

	asm volatile("mov sp, %0\n\tmov x0, %1\n\tb el2_fault"
		     :
		     : "r"(top), "r"(cpu)
		     : "x0", "memory");
	__builtin_unreachable();
}
