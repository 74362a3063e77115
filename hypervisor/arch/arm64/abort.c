// SPDX-License-Identifier: GPL-2.0
/* Second-stage aborts: emulated registers, and everything else, which is a violation. */
#include <arch/el2.h>
#include <arch/sysreg.h>
#include <arch/trap.h>
#include <hyp/arch.h>

/* ISS of a data abort (DDI 0487 D17.2.37). */
#define ISS_ISV BIT(24)
#define ISS_SAS(esr) ((esr) >> 22 & 3)
#define ISS_SSE BIT(21)
#define ISS_SRT(esr) ((esr) >> 16 & 0x1f)
#define ISS_SF BIT(15)
#define ISS_CM BIT(8)
#define ISS_S1PTW BIT(7)
#define ISS_WNR BIT(6)
#define ISS_FSC(esr) ((esr)&0x3c) /* without the level */
#define FSC_TRANSLATION 0x04

/* HPFAR_EL2 holds IPA[47:12] from bit 4; the rest comes from the virtual address. */
static ipaddr_t fault_ipa(void)
{
	return (read_sysreg(hpfar_el2) >> 4 & 0xfffffffff) << PAGE_SHIFT |
	       (read_sysreg(far_el2) & PAGE_MASK);
}

/* What the load instruction puts into its register. */
static uint64_t extend(uint64_t value, uint64_t esr, unsigned size)
{
	unsigned shift = 64 - 8 * size;

	if (!(esr & ISS_SSE))
		return value << shift >> shift;
	value = (uint64_t)((int64_t)(value << shift) >> shift);
	return esr & ISS_SF ? value : (uint32_t)value;
}

static bool emulate(struct percpu *cpu, struct guest_regs *regs, uint64_t esr)
{
	struct cell *cell = cpu->public.cell;
	struct mmio_access access = { .size = (uint8_t)(1u << ISS_SAS(esr)),
				      .write = esr & ISS_WNR };
	ipaddr_t ipa = fault_ipa();
	const struct mmio_range *range = mmio_find(&cell->mmio, ipa, access.size);
	unsigned shift = 64 - 8 * access.size;

	if (!range || ipa & (access.size - 1u))
		return false;
	access.offset = ipa - range->start;
	if (access.write)
		access.value = reg_read(regs, ISS_SRT(esr)) << shift >> shift;
	count_exit(cpu, (enum bh_exit)range->exit);
	if (!range->handler(cell, &access, range->context))
		return false;
	if (!access.write)
		reg_write(regs, ISS_SRT(esr), extend(access.value, esr, access.size));
	skip_instruction(esr);
	return true;
}

void handle_abort(struct percpu *cpu, struct guest_regs *regs, uint64_t esr)
{
	bool data = ESR_EC(esr) == EC_DABORT_LOWER;
	bool walk = esr & ISS_S1PTW;

	if (likely(data && esr & ISS_ISV && !walk && ISS_FSC(esr) == FSC_TRANSLATION) &&
	    emulate(cpu, regs, esr))
		return;
	count_exit(cpu, BH_EXIT_ABORT);
	if (data && !walk && mmio_find(&cpu->public.cell->mmio, fault_ipa(), 1))
		violation(cpu, regs, esr, BH_STOP_MMIO);
	else
		violation(cpu, regs, esr, data ? BH_STOP_ACCESS : BH_STOP_FETCH);
}
