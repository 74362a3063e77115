// SPDX-License-Identifier: GPL-2.0
/* Handlers of exits that SVM and VMX share: see exits.h. */
#include <arch/asm.h>
#include <arch/exits.h>
#include <arch/fault.h>
#include <arch/msr.h>
#include <arch/ports.h>
#include <arch/power.h>
#include <arch/vm.h>
#include <bulkhead/x86_cpu.h>
#include <hyp/arch.h>

/* INVD would discard modified cache lines of all owners: WBINVD writes them back. Either would let a
 * cell empty the caches that it shares with others, for as long as it takes. */
void __cold exit_invd(struct percpu *cpu)
{
	count_exit(cpu, BH_EXIT_CACHE);
	if (cpu->public.cell->id == BH_ROOT_CELL)
		asm volatile("wbinvd" : : : "memory");
}

void __cold exit_rdpmc(struct percpu *cpu)
{
	count_exit(cpu, BH_EXIT_OTHER);
	vm_inject_exception(cpu, VECTOR_GP);
}

bool __cold exit_xsetbv(struct percpu *cpu, struct guest_regs *regs)
{
	uint64_t value = regs->r[R_DX] << 32 | (uint32_t)regs->r[R_AX];
	uint64_t known = cpu->public.cell->id == BH_ROOT_CELL ? BH_X86_XCR0_KNOWN : CELL_XCR0;

	count_exit(cpu, BH_EXIT_OTHER);
	if ((uint32_t)regs->r[R_CX] == 0 && !(value & ~known) && xsetbv_safe(value))
		return true;
	vm_inject_exception(cpu, VECTOR_GP);
	return false;
}

bool __cold exit_msr(struct percpu *cpu, struct guest_regs *regs, bool write)
{
	uint32_t msr = (uint32_t)regs->r[R_CX];
	uint64_t value = regs->r[R_DX] << 32 | (uint32_t)regs->r[R_AX];

	count_exit(cpu, BH_EXIT_MSR);
	if (write ? !msr_emulate_write(cpu, msr, value) : !msr_emulate_read(cpu, msr, &value)) {
		vm_inject_exception(cpu, VECTOR_GP);
		return false;
	}
	if (!write) {
		regs->r[R_AX] = (uint32_t)value;
		regs->r[R_DX] = value >> 32;
	}
	return true;
}

bool exit_port(struct percpu *cpu, struct guest_regs *regs, uint16_t port, unsigned size, bool in,
	       bool string)
{
	uint32_t value = in ? 0 : (uint32_t)reg_get(regs, R_AX, size, false);

	count_exit(cpu, BH_EXIT_PORT);
	if (string || !port_emulate(cpu, port, size, !in, &value)) {
		violation(cpu, regs, BH_STOP_PORT, port);
		return false;
	}
	if (in)
		reg_set(regs, R_AX, size, false, value);
	return true;
}

void __cold exit_undefined(struct percpu *cpu)
{
	count_exit(cpu, BH_EXIT_OTHER);
	vm_inject_exception(cpu, VECTOR_UD);
}

/* An event that an instruction raised isn't injected: the guest executes the instruction again,
 * which raises it again (APM 2, 15.7.2; SDM 3C, 28.2.4). SVM reports INT3 and INTO as exceptions.
 * The result has none of the bits that are defined for exits only. */
uint64_t __cold event_again(uint64_t event)
{
	unsigned type = EVENT_TYPE_OF(event);
	uint8_t vector = (uint8_t)event;
	bool instruction =
		type >= EVENT_SOFTWARE || (type == EVENT_EXCEPTION && (vector == 3 || vector == 4));

	return event & EVENT_VALID && !instruction ? event & ~0x7ffff000ull : 0;
}

void __cold exit_exception(struct percpu *cpu, struct guest_regs *regs, unsigned vector)
{
	count_exit(cpu, BH_EXIT_OTHER);
	if (vector == VECTOR_MC)
		machine_check(cpu, regs);
	vm_inject_exception(cpu, vector);
}

void __noreturn __cold exit_shutdown(struct percpu *cpu, struct guest_regs *regs)
{
	if (cpu->public.cell->id == BH_ROOT_CELL)
		power_shutdown(cpu);
	stop_with_record(cpu, regs, BH_STOP_TRAP, 0);
}
