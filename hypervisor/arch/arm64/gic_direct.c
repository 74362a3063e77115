// SPDX-License-Identifier: GPL-2.0
/*
 * Direct delivery: the guest uses the physical CPU interface for its Group 1
 * interrupts. With Group 0 at EL2 (HCR_EL2.FMO) the registers that both groups
 * share would be virtual ones (IHI 0069H 4.6), so ICH_HCR_EL2.TC traps them
 * and they are applied to the physical ones here.
 *
 * Not for root, as long as it doesn't mask by priority: its EOImode and DIR
 * stay virtual, its end of interrupt also deactivates, and nothing traps.
 */
#include <arch/gic_hw.h>
#include <arch/trap.h>

/* Bits of priority that the machine doesn't have read as zero. */
static uint8_t implemented(uint64_t priority)
{
	uint64_t bits = (read_sysreg(icc_ctlr_el1) >> 8 & 7) + 1;

	return (uint8_t)(priority & ~(BIT(8 - bits) - 1));
}

void gic_direct_set_pmr(struct percpu *cpu, uint64_t pmr)
{
	cpu->arch.gic.pmr = implemented(pmr);
	write_sysreg(MAX(cpu->arch.gic.pmr, GIC_GUEST_PRIORITY), icc_pmr_el1);
}

static bool owns(const struct gic_cell *g, uint64_t intid)
{
	if (intid < GIC_PPI_FIRST)
		return intid != GIC_KICK_SGI;
	if (intid < GIC_SPI_FIRST)
		return g->ppis >> intid & 1;
	return intid <= GIC_SPI_LAST && g->spis[intid / 64] >> intid % 64 & 1;
}

/* EOImode is the guest's choice; the groups' binary points stay apart. */
static void write_ctlr(uint64_t value)
{
	uint64_t kept = read_sysreg(icc_ctlr_el1) & ~ICC_CTLR_EOIMODE;

	write_sysreg(kept | (value & ICC_CTLR_EOIMODE), icc_ctlr_el1);
}

bool gic_direct_sysreg(struct percpu *cpu, struct guest_regs *regs, uint64_t esr)
{
	unsigned rt = ISS_RT(esr);
	uint64_t value = reg_read(regs, rt);

	switch (esr & ISS_REGISTER) {
	case ISS_PMR:
		gic_direct_set_pmr(cpu, value);
		return true;
	case ISS_PMR | ISS_READ:
		reg_write(regs, rt, cpu->arch.gic.pmr);
		return true;
	case ISS_CTLR:
		write_ctlr(value);
		return true;
	case ISS_CTLR | ISS_READ:
		reg_write(regs, rt, read_sysreg(icc_ctlr_el1));
		return true;
	case ISS_RPR | ISS_READ:
		reg_write(regs, rt, read_sysreg(icc_rpr_el1));
		return true;
	case ISS_DIR:
		if (owns(&cpu->public.cell->arch.gic, value & ICC_INTID_MASK))
			write_sysreg(value & ICC_INTID_MASK, icc_dir_el1);
		return true;
	default:
		return false;
	}
}
