// SPDX-License-Identifier: GPL-2.0
/* Second-stage aborts: emulates accesses to emulated registers, reports others as violations. */
#include <arch/el2.h>
#include <arch/gic.h>
#include <arch/sysreg.h>
#include <arch/trap.h>
#include <hyp/arch.h>

/* ISS of a data abort (DDI 0487 D17.2.37). */
#define ISS_ISV BIT(24)
#define ISS_SAS(esr) ((esr) >> 22 & 3)
#define ISS_SSE BIT(21)
#define ISS_SRT(esr) ((esr) >> 16 & 0x1f)
#define ISS_SF BIT(15)
#define ISS_S1PTW BIT(7)
#define ISS_WNR BIT(6)
#define FSC_TRANSLATION 0x04 /* translation fault; bits 1:0 are the level */

/* Sign-extend a loaded value. MMIO handlers return zero-extended values. */
static uint64_t extend(uint64_t value, uint64_t esr, unsigned size)
{
	unsigned shift = 64 - 8 * size;

	value = (uint64_t)((int64_t)(value << shift) >> shift);
	return esr & ISS_SF ? value : (uint32_t)value;
}

static inline bool __attribute__((always_inline))
emulate(struct percpu *cpu, struct guest_regs *regs, uint64_t esr)
{
	struct cell *cell = cpu->public.cell;
	unsigned size = 1u << ISS_SAS(esr), rt = ISS_SRT(esr);
	struct mmio_access access;
	ipaddr_t ipa = fault_ipa();
	const struct mmio_range *range = mmio_find(&cell->mmio, ipa, size);

	if (!range || ipa & (size - 1))
		return false;
	access.offset = ipa - range->start;
	access.size = (uint8_t)size;
	access.write = esr & ISS_WNR;
	access.value = 0;
	if (access.write)
		access.value = reg_read(regs, rt) & (~0ull >> (64 - 8 * size));
	count_exit(cpu, (enum bh_exit)range->exit);
	if (!range->handler(cell, &access, range->context))
		return false;
	if (!(esr & ISS_WNR))
		reg_write(regs, rt,
			  unlikely(esr & ISS_SSE) ? extend(access.value, esr, size) : access.value);
	skip_instruction(esr);
	return true;
}

/* The guest accessed memory or a register that its config doesn't allow. */
static void __attribute__((noinline))
not_emulated(struct percpu *cpu, struct guest_regs *regs, uint64_t esr)
{
	bool data = ESR_EC(esr) == EC_DABORT_LOWER;

	/* A kick withdraws what the guest may access: it tries again. After an access that was
	 * emulated, the fetch of the next instruction comes here. */
	if (gic_kick_faulted(cpu))
		return;
	count_exit(cpu, BH_EXIT_ABORT);
	if (data && !(esr & ISS_S1PTW) && mmio_find(&cpu->public.cell->mmio, fault_ipa(), 1))
		violation(cpu, regs, esr, BH_STOP_MMIO);
	else
		violation(cpu, regs, esr, data ? BH_STOP_ACCESS : BH_STOP_FETCH);
}

/* An abort that can be emulated: a data abort with a valid syndrome (ISV), caused by a translation
 * fault that isn't on a walk of the guest's own (stage 1) tables. */
#define EMULATED_MASK (0x3full << 26 | ISS_ISV | ISS_S1PTW | 0x3c)
#define EMULATED ((uint64_t)EC_DABORT_LOWER << 26 | ISS_ISV | FSC_TRANSLATION)

bool handle_abort(struct percpu *cpu, struct guest_regs *regs, uint64_t esr)
{
	if (likely((esr & EMULATED_MASK) == EMULATED) && likely(emulate(cpu, regs, esr)))
		return kept_by_callee(ISS_SRT(esr));
	not_emulated(cpu, regs, esr);
	return false;
}
