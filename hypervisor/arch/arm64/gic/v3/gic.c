// SPDX-License-Identifier: GPL-2.0
/* GICv3 (Arm IHI 0069): finding it at enable, kicks, interrupts that the hypervisor raises. */
#include <arch/el2.h>
#include <arch/gic_hw.h>
#include <arch/mmu.h>
#include <hyp/arch.h>

struct gic_machine gic;

#define RWP_TRIES 10000u /* a write's effects propagate in far fewer reads */

static void wait_rwp(const uint8_t *ctlr, uint32_t rwp)
{
	for (unsigned i = 0; i < RWP_TRIES && read32(ctlr) & rwp; i++)
		;
}

void gic_wait_dist(void)
{
	wait_rwp(gic.dist + GICD_CTLR, GICD_CTLR_RWP);
}

void gic_wait_redist(const struct percpu *cpu)
{
	wait_rwp(gic_rd_frame(cpu) + GICR_CTLR, GICR_CTLR_RWP);
}

#define PLATFORM_FIELD(f) offsetof(struct bh_arm64_platform, f)

static bool refuse_platform(struct bh_refusal *r, enum bh_refusal_code code, size_t field,
			    uint64_t value)
{
	return refuse(r, code, BH_F_PLATFORM, (uint32_t)field, value);
}

static bool map_registers(const struct bh_arm64_platform *p, struct bh_refusal *r)
{
	gic.dist = mmu_map_device(p->gicd_phys, GIC_FRAME_SIZE);
	if (!gic.dist)
		return refuse_platform(r, BH_E_RANGE, PLATFORM_FIELD(gicd_phys), p->gicd_phys);
	gic.redists = mmu_map_device(p->gicr_phys, p->gicr_size);
	if (!gic.redists)
		return refuse_platform(r, BH_E_RANGE, PLATFORM_FIELD(gicr_phys), p->gicr_phys);
	if (p->its_phys && p->its_size != 2 * GIC_FRAME_SIZE)
		return refuse_platform(r, BH_E_VALUE, PLATFORM_FIELD(its_size), p->its_size);
	if (p->its_phys)
		gic.its = mmu_map_device(p->its_phys, p->its_size);
	if (p->its_phys && !gic.its)
		return refuse_platform(r, BH_E_RANGE, PLATFORM_FIELD(its_phys), p->its_phys);
	return true;
}

/* 12.9.38, 12.9.36: what the distributor says about itself. */
static bool find_dist(const struct bh_arm64_platform *p, struct bh_refusal *r)
{
	uint32_t version = read32(gic.dist + GIC_PIDR2) >> 4 & 0xf;
	uint32_t typer = read32(gic.dist + GICD_TYPER);

	if (p->gic_version != 3 || (version != 3 && version != 4))
		return refuse_platform(r, BH_E_MACHINE, PLATFORM_FIELD(gic_version), version);
	gic.spi_end = MIN(32 * ((typer & 0x1f) + 1), GIC_SPI_LAST + 1);
	gic.one_state = read32(gic.dist + GICD_CTLR) & GICD_CTLR_DS;
	gic.spi_priority = read8(gic.dist + GICD_IPRIORITYR + GIC_SPI_FIRST);
	return true;
}

/* Walk the redistributors (12.10.37): note those of the system's CPUs. */
static void find_redists(const struct bh_system_part *system)
{
	uint64_t size = system->platform.arm64.gicr_size, offset = 0, typer;

	do {
		uint8_t *frame = gic.redists + offset;

		typer = read64(frame + GICR_TYPER);
		gic.redist_stride = typer & GICR_TYPER_VLPIS ? 2 * GICR_FRAMES : GICR_FRAMES;
		for (unsigned i = 0; i < system->n_cpus; i++)
			if (gic_sgi_target(system->cpus[i].hw_id) ==
			    gic_sgi_target((typer >> 32 & 0xff000000) << 8 |
					   (typer >> 32 & 0xffffff)))
				gic.redist_of[i] = frame;
		gic.redist_count++;
		offset += gic.redist_stride;
	} while (!(typer & GICR_TYPER_LAST) && offset + gic.redist_stride <= size);
}

static bool check_redists(const struct bh_system_part *system, struct bh_refusal *r)
{
	if (system->platform.arm64.gicr_size < GICR_FRAMES)
		return refuse_platform(r, BH_E_SIZE, PLATFORM_FIELD(gicr_size),
				       system->platform.arm64.gicr_size);
	find_redists(system);
	for (unsigned i = 0; i < system->n_cpus; i++)
		if (!gic.redist_of[i])
			return refuse(r, BH_E_MACHINE, BH_F_CPUS, i, system->cpus[i].hw_id);
	gic.edge_ppis = read32(gic.redist_of[0] + GICR_SGI_FRAME + GICD_ICFGR + 4);
	return true;
}

/*
 * Does Group 0 reach us as FIQ? Where firmware keeps FIQs (SCR_EL3.FIQ), our
 * priorities are a view on half of the range (4.8.6): then the highest one but
 * 0 does not fit into the mask.
 */
static bool group0_is_ours(void)
{
	uint64_t before = read_sysreg(icc_pmr_el1);
	uint64_t bits = (read_sysreg(icc_ctlr_el1) >> 8 & 7) + 1, kept;

	write_sysreg(BIT(8 - bits), icc_pmr_el1);
	kept = read_sysreg(icc_pmr_el1);
	write_sysreg(before, icc_pmr_el1);
	return kept;
}

static bool check_interface(struct bh_refusal *r)
{
	uint64_t vtr = read_sysreg(ich_vtr_el2);
	uint64_t priority_bits = (read_sysreg(icc_ctlr_el1) >> 8 & 7) + 1;
	uint64_t bits = MIN(priority_bits, (vtr >> 26 & 7) + 1); /* preemption bits */

	gic.lrs = (vtr & 0x1f) + 1;
	gic.aprs = bits > 5 ? 1u << (bits - 5) : 1;
	gic.one_state = gic.one_state && group0_is_ours();
	gic.direct = gic.one_state;
	/* With one there is no underflow interrupt that means that it is free (see gic_list.c). */
	return gic.lrs > 1 ? true : refuse(r, BH_E_MACHINE, BH_F_IRQ_MODE, 0, gic.lrs);
}

static bool is_spi(uint32_t intid)
{
	return intid >= GIC_SPI_FIRST && intid < gic.spi_end;
}

static bool check_own_irqs(const struct bh_arm64_platform *p, struct bh_refusal *r)
{
	if (p->maintenance_irq < GIC_PPI_FIRST || p->maintenance_irq >= GIC_SPI_FIRST)
		return refuse_platform(r, BH_E_RANGE, PLATFORM_FIELD(maintenance_irq),
				       p->maintenance_irq);
	if (p->root_doorbell && !is_spi(p->root_doorbell))
		return refuse_platform(r, BH_E_RANGE, PLATFORM_FIELD(root_doorbell),
				       p->root_doorbell);
	if (p->n_spare_irqs > ARRAY_SIZE(p->spare_irqs))
		return refuse_platform(r, BH_E_RANGE, PLATFORM_FIELD(n_spare_irqs),
				       p->n_spare_irqs);
	for (unsigned i = 0; i < p->n_spare_irqs; i++)
		if (!is_spi(p->spare_irqs[i]))
			return refuse_platform(r, BH_E_RANGE, PLATFORM_FIELD(spare_irqs[i]),
					       p->spare_irqs[i]);
	gic.maintenance = p->maintenance_irq;
	return true;
}

/* Reads only: a refusal leaves the controller as it was. */
bool gic_init(const struct bh_system_part *system, struct bh_refusal *r)
{
	const struct bh_arm64_platform *p = &system->platform.arm64;

	return map_registers(p, r) && find_dist(p, r) && check_redists(system, r) &&
	       check_interface(r) && check_own_irqs(p, r);
}

/* FIQs are the kick, in every mode (with two security states there are none for us). */
uint64_t gic_hcr(const struct cell *cell)
{
	return cell->config->irq_mode == BH_IRQ_DIRECT ? HCR_FMO : HCR_FMO | HCR_IMO;
}

void arch_kick(struct percpu *cpu)
{
	uint64_t sgi = gic_sgi_target(cpu->public.hw_id) | (uint64_t)GIC_KICK_SGI << 24;

	dsb(ish); /* the reason before the interrupt (B2.3.12) */
	if (gic.one_state)
		write_sysreg(sgi, icc_sgi0r_el1);
	else
		write_sysreg(sgi, icc_sgi1r_el1);
	isb();
}

void arch_raise_irq(uint32_t intid)
{
	dsb(ishst); /* what the guest shall find before the interrupt */
	write32(gic.dist + GICD_ISPENDR + intid / 32 * 4, 1u << intid % 32);
}

/*
 * The kick: take it, then do what others want of this CPU. The guest's choice
 * of EOImode may be in force, which decides what the end of interrupt means (4.4.1).
 */
void gic_fiq(struct percpu *cpu)
{
	uint64_t intid;

	if (!gic.one_state)
		return; /* Group 0 is the firmware's */
	intid = read_sysreg(icc_iar0_el1) & ICC_INTID_MASK;
	if (intid != GIC_KICK_SGI)
		return;
	write_sysreg(intid, icc_eoir0_el1);
	if (read_sysreg(icc_ctlr_el1) & ICC_CTLR_EOIMODE)
		write_sysreg(intid, icc_dir_el1);
	count_exit(cpu, BH_EXIT_KICK);
	cpu_take_commands(cpu);
}
