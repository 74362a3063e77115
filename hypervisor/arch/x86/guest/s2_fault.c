// SPDX-License-Identifier: GPL-2.0
/* Second-stage faults: accesses to emulated registers; any other one is a violation. */
#include <arch/fault.h>
#include <arch/s2_fault.h>
#include <hyp/arch.h>

static uint64_t mask_of(unsigned size)
{
	return ~0ull >> (64 - 8 * size);
}

uint64_t reg_get(const struct guest_regs *regs, unsigned reg, unsigned size, bool high_byte)
{
	return regs->r[reg] >> (high_byte ? 8 : 0) & mask_of(size);
}

void reg_set(struct guest_regs *regs, unsigned reg, unsigned size, bool high_byte, uint64_t value)
{
	unsigned shift = high_byte ? 8 : 0;
	uint64_t mask = size == 4 ? ~0ull : mask_of(size) << shift;

	regs->r[reg] = (regs->r[reg] & ~mask) | (value & mask_of(size)) << shift;
}

static uint64_t extend(uint64_t value, unsigned size)
{
	unsigned shift = 64 - 8 * size;

	return (uint64_t)((int64_t)(value << shift) >> shift);
}

/* Emulates the instruction's access. False: the device or this emulation doesn't support it. */
static bool emulate(struct percpu *cpu, struct guest_regs *regs, const struct mmio_range *range,
		    const struct insn *insn, ipaddr_t gpa)
{
	struct mmio_access access = { .offset = gpa - range->start,
				      .size = insn->size,
				      .write = insn->write };

	if (insn->size > range->size - access.offset)
		return false;
	/* Not supported: `regs` doesn't have the stack pointer. */
	if (!insn->immediate && !insn->high_byte && insn->reg == R_SP)
		return false;
	if (insn->immediate)
		access.value = insn->value;
	else if (insn->write)
		access.value = reg_get(regs, insn->reg, insn->size, insn->high_byte);
	count_exit(cpu, (enum bh_exit)range->exit);
	if (!range->handler(cpu->public.cell, &access, range->context))
		return false;
	if (!insn->write)
		reg_set(regs, insn->reg, insn->to_size, insn->high_byte,
			insn->sign ? extend(access.value, insn->size) : access.value);
	return true;
}

unsigned s2_fault(struct percpu *cpu, struct guest_regs *regs, struct cached_insn *cached,
		  ipaddr_t gpa, unsigned fault)
{
	const struct mmio_range *range = mmio_find(&cpu->public.cell->mmio, gpa, 1);

	if (!range || fault & (FAULT_FETCH | FAULT_WALK)) {
		count_exit(cpu, BH_EXIT_ABORT);
		violation(cpu, regs, fault & FAULT_FETCH ? BH_STOP_FETCH : BH_STOP_ACCESS, gpa);
		return 0;
	}
	if (!cached)
		cached = insn_fetch(cpu);
	if (cached && cached->insn.write == !!(fault & FAULT_WRITE) &&
	    emulate(cpu, regs, range, &cached->insn, gpa)) {
		cached->apic =
			range->exit == BH_EXIT_APIC && cached->insn.write ? range->start : NOWHERE;
		return cached->insn.length;
	}
	count_exit(cpu, BH_EXIT_ABORT);
	violation(cpu, regs, BH_STOP_MMIO, gpa);
	return 0;
}
