// SPDX-License-Identifier: GPL-2.0
/*
 * Trapped accesses to the CPU interface.
 *
 * With direct delivery the guest uses the physical CPU interface for its Group 1
 * interrupts. HCR_EL2.FMO routes Group 0 to EL2 and makes the registers that
 * both groups share virtual (IHI 0069H 4.6), so ICH_HCR_EL2.TC traps them, and
 * their accesses are applied to the physical registers here. Root's accesses
 * don't trap unless it masks by priority: its EOImode and DIR stay virtual, and
 * its end of interrupt also deactivates.
 */
#include <arch/gic_emulation.h>
#include <arch/iss.h>
#include <arch/trap.h>

/* Send the SGI with one write for each target CPU. This is needed if targets lie outside the cell's
 * first cluster, or if they are all CPUs but this one. */
static void __attribute__((noinline)) send_sgi_slow(struct percpu *cpu, uint64_t value)
{
	unsigned i;

	for_each_cpu (i, cpu->public.cell->cpus) {
		uint64_t target = gic_sgi_target(percpu_of(i)->public.hw_id);
		bool named = value & ICC_SGI_IRM ? i != cpu->public.index
						 : !((value ^ target) & ICC_SGI_CLUSTER) &&
							   value & target & ICC_SGI_TARGETS;

		if (named)
			write_sysreg((value & ICC_SGI_INTID) | target, icc_sgi1r_el1);
	}
}

void gic_send_sgi(struct percpu *cpu, uint64_t value)
{
	const struct cell *cell = cpu->public.cell;
	uint64_t targets = value & cell->arch.gic.sgi_targets;

	if (unlikely((value & ICC_SGI_INTID) == GIC_KICK_SGI << 24))
		return;
	if (unlikely((value ^ cell->arch.gic.sgi_cluster) & (ICC_SGI_CLUSTER | ICC_SGI_IRM)))
		send_sgi_slow(cpu, value);
	else if (likely(targets))
		write_sysreg((value & (ICC_SGI_CLUSTER | ICC_SGI_INTID)) | targets, icc_sgi1r_el1);
}

/* The priority with the bits that the machine doesn't implement cleared. */
static uint8_t implemented(uint64_t priority)
{
	uint64_t bits = (read_sysreg(icc_ctlr_el1) >> 8 & 7) + 1;

	return (uint8_t)(priority & ~(BIT(8 - bits) - 1));
}

void gic_direct_set_pmr(struct percpu *cpu, uint64_t pmr)
{
	cpu->arch.gic.pmr = implemented(pmr);
	write_sysreg(MAX(cpu->arch.gic.pmr, gic.own_mask), icc_pmr_el1);
}

static bool owns(const struct gic_cell *g, uint64_t intid)
{
	if (intid < GIC_PPI_FIRST)
		return intid != GIC_KICK_SGI;
	if (intid < GIC_SPI_FIRST)
		return g->ppis >> intid & 1;
	return gic_owns_spi(g, intid);
}

/* The guest's write of ICC_CTLR_EL1: only EOImode takes effect. */
static void write_ctlr(uint64_t value)
{
	uint64_t kept = read_sysreg(icc_ctlr_el1) & ~ICC_CTLR_EOIMODE;

	write_sysreg(kept | (value & ICC_CTLR_EOIMODE), icc_ctlr_el1);
}

/* ICC_DIR_EL1: deactivate an interrupt that the guest owns. */
static void write_dir(struct percpu *cpu, uint64_t intid)
{
	const struct gic_cell *g = &cpu->public.cell->arch.gic;

	if (!g->direct)
		gic_list_deactivate(cpu, intid);
	else if (owns(g, intid))
		write_sysreg(intid, icc_dir_el1);
}

bool gic_sysreg(struct percpu *cpu, struct guest_regs *regs, uint64_t esr)
{
	unsigned rt = ISS_RT(esr);
	uint64_t value = reg_read(regs, rt);

	switch (esr & ISS_REGISTER) {
	case ISS_SGI0R: /* ignored: SGIs of groups that guests don't have, and SRE */
	case ISS_ASGI1R:
	case ISS_SRE:
		break;
	case ISS_SRE | ISS_READ:
		reg_write(regs, rt, ICC_SRE_ENABLED);
		break;
	case ISS_DIR:
		write_dir(cpu, value & ICC_INTID_MASK);
		break;
	case ISS_PMR:
		gic_direct_set_pmr(cpu, value);
		break;
	case ISS_PMR | ISS_READ:
		reg_write(regs, rt, cpu->arch.gic.pmr);
		break;
	case ISS_CTLR:
		write_ctlr(value);
		break;
	case ISS_CTLR | ISS_READ:
		reg_write(regs, rt, read_sysreg(icc_ctlr_el1));
		break;
	case ISS_RPR | ISS_READ:
		reg_write(regs, rt, read_sysreg(icc_rpr_el1));
		break;
	default:
		return false;
	}
	count_exit(cpu, BH_EXIT_SYSREG);
	return true;
}
