// SPDX-License-Identifier: GPL-2.0
/* GICv3 (Arm IHI 0069): discovery at enable, interrupts that the hypervisor raises. */
#include <arch/boot.h>
#include <arch/el2.h>
#include <arch/gic_hw.h>
#include <arch/mmu.h>
#include <bulkhead/image.h>
#include <hyp/arch.h>

struct gic_machine gic;

#define RWP_TRIES 10000u /* far more reads than a write takes to have its effect */

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

#define require_platform(holds, r, code, field, value) \
	require(holds, r, code, BH_F_PLATFORM, offsetof(struct bh_arm64_platform, field), value)

static bool map_registers(const struct bh_arm64_platform *p, struct bh_refusal *r)
{
	gic.dist = mmu_map_device(p->gicd_phys, GIC_FRAME_SIZE);
	if (!require_platform(gic.dist, r, BH_E_RANGE, gicd_phys, p->gicd_phys))
		return false;
	gic.redists = mmu_map_device(p->gicr_phys, p->gicr_size);
	if (!require_platform(gic.redists, r, BH_E_RANGE, gicr_phys, p->gicr_phys))
		return false;
	if (!p->its_phys)
		return true;
	if (!require_platform(p->its_size == 2 * GIC_FRAME_SIZE, r, BH_E_VALUE, its_size,
			      p->its_size))
		return false;
	gic.its = mmu_map_device(p->its_phys, p->its_size);
	return require_platform(gic.its, r, BH_E_RANGE, its_phys, p->its_phys);
}

/* Identification and features of the distributor (12.9.38, 12.9.36). */
static bool find_dist(const struct bh_arm64_platform *p, struct bh_refusal *r)
{
	uint32_t version = read32(gic.dist + GIC_PIDR2) >> 4 & 0xf;
	uint32_t typer = read32(gic.dist + GICD_TYPER);

	gic.spi_end = MIN(32 * ((typer & 0x1f) + 1), GIC_SPI_LAST + 1);
	gic.one_state = read32(gic.dist + GICD_CTLR) & GICD_CTLR_DS;
	gic.spi_priority = read8(gic.dist + GICD_IPRIORITYR + GIC_SPI_FIRST);
	return require_platform(p->gic_version == 3 && (version == 3 || version == 4), r,
				BH_E_MACHINE, gic_version, version);
}

/* Returns the index of the CPU with a redistributor's affinity, or n_cpus. CPUs and redistributors
 * are usually in the same order, so the search begins at the CPU behind the one found last. */
static unsigned cpu_of_redist(const struct bh_system_part *system, uint64_t typer, unsigned next)
{
	uint64_t affinity =
		gic_sgi_target((typer >> 32 & 0xff000000) << 8 | (typer >> 32 & 0xffffff));

	for (unsigned i = 0; i < system->n_cpus; i++, next++) {
		if (next >= system->n_cpus)
			next = 0;
		if (gic_sgi_target(system->cpus[next].hw_id) == affinity)
			return next;
	}
	return system->n_cpus;
}

/* Walk the redistributors and store those of the system's CPUs (12.10.37). */
static void find_redists(const struct bh_system_part *system)
{
	uint64_t size = system->platform.arm64.gicr_size, offset = 0, typer;
	unsigned next = 0, cpu;

	do {
		uint8_t *frame = gic.redists + offset;

		typer = read64(frame + GICR_TYPER);
		gic.redist_stride = typer & GICR_TYPER_VLPIS ? 2 * GICR_FRAMES : GICR_FRAMES;
		cpu = cpu_of_redist(system, typer, next);
		if (cpu < system->n_cpus) {
			gic.redist_of[cpu] = frame;
			next = cpu + 1;
		}
		gic.redist_count++;
		offset += gic.redist_stride;
	} while (!(typer & GICR_TYPER_LAST) && offset + gic.redist_stride <= size);
}

static bool check_redists(const struct bh_system_part *system, struct bh_refusal *r)
{
	uint64_t size = system->platform.arm64.gicr_size;

	if (!require_platform(size >= GICR_FRAMES, r, BH_E_SIZE, gicr_size, size))
		return false;
	find_redists(system);
	for (unsigned i = 0; i < system->n_cpus; i++)
		if (!gic.redist_of[i])
			return refuse(r, BH_E_MACHINE, BH_F_CPUS, i, system->cpus[i].hw_id);
	gic.edge_ppis = read32(gic.redist_of[0] + GICR_SGI_FRAME + GICD_ICFGR + 4);
	return true;
}

/*
 * Does EL2 get Group 0 interrupts as FIQs? If firmware takes FIQs (SCR_EL3.FIQ),
 * EL2 has the non-secure view of priorities, which covers half of their range
 * (4.8.6). In this view ICC_PMR_EL1 can't store the smallest value above 0, so
 * this function tries to write it.
 */
static bool sees_all_priorities(void)
{
	uint64_t before = read_sysreg(icc_pmr_el1);
	uint64_t bits = (read_sysreg(icc_ctlr_el1) >> 8 & 7) + 1, kept;

	write_sysreg(BIT(8 - bits), icc_pmr_el1);
	kept = read_sysreg(icc_pmr_el1);
	write_sysreg(before, icc_pmr_el1);
	return kept;
}

uint32_t gic_priority_registers(void)
{
	uint64_t priority_bits = (read_sysreg(icc_ctlr_el1) >> 8 & 7) + 1;
	uint64_t preemption_bits = (read_sysreg(ich_vtr_el2) >> 26 & 7) + 1;
	uint64_t bits = MIN(priority_bits, preemption_bits);

	return bits > 5 ? 1u << (bits - 5) : 1;
}

static bool check_interface(struct bh_refusal *r)
{
	gic.lrs = boot_params.list_registers;
	gic.aprs = gic_priority_registers();
	gic.half_range = gic.one_state && !sees_all_priorities();
	/* With two states, EL2 writes priorities in half of their range, from 0x80 on. If it sees
	 * all priorities nevertheless, ICC_PMR_EL1 has another scale than they. */
	gic.own_mask = GIC_GUEST_PRIORITY;
	if (!sees_all_priorities())
		gic.one_state = false;
	else if (!gic.one_state)
		gic.own_mask = 0x80 | GIC_GUEST_PRIORITY / 2;
	gic.kick = gic.one_state ? GIC_KICK_SGI : gic.maintenance;
	/* UIE, the underflow interrupt, fires when at most one list register is in use. With only
	 * one list register it would not tell that this one is free. */
	return gic.lrs > 1 ? true : refuse(r, BH_E_MACHINE, BH_F_IRQ_MODE, 0, gic.lrs);
}

static bool is_spi(uint32_t intid)
{
	return intid >= GIC_SPI_FIRST && intid < gic.spi_end;
}

static bool check_own_irqs(const struct bh_arm64_platform *p, struct bh_refusal *r)
{
	uint32_t maintenance = p->maintenance_irq, n = p->n_spare_irqs;

	if (!require_platform(maintenance >= GIC_PPI_FIRST && maintenance < GIC_SPI_FIRST, r,
			      BH_E_RANGE, maintenance_irq, maintenance) ||
	    !require_platform(!p->root_doorbell || is_spi(p->root_doorbell), r, BH_E_RANGE,
			      root_doorbell, p->root_doorbell) ||
	    !require_platform(n <= ARRAY_SIZE(p->spare_irqs), r, BH_E_RANGE, n_spare_irqs, n))
		return false;
	for (unsigned i = 0; i < n; i++)
		if (!require_platform(is_spi(p->spare_irqs[i]), r, BH_E_RANGE, spare_irqs[i],
				      p->spare_irqs[i]))
			return false;
	gic.maintenance = maintenance;
	return true;
}

/* This function only reads the controller, so a refusal leaves it unchanged. */
bool gic_init(const struct bh_system_part *system, struct bh_refusal *r)
{
	const struct bh_arm64_platform *p = &system->platform.arm64;

	return map_registers(p, r) && find_dist(p, r) && check_redists(system, r) &&
	       check_own_irqs(p, r) && check_interface(r);
}

/* FMO routes FIQs to EL2 in both delivery modes, because the kick is a Group 0 interrupt. With two
 * security states the firmware takes all FIQs, and the kick is a Group 1 interrupt. */
uint64_t gic_hcr(const struct cell *cell)
{
	if (gic_kick_withdraws(cell))
		return HCR_FMO |
		       HCR_TWI; /* FMO also makes ICH_HCR_EL2.TC effective: gic_sysreg.c */
	return cell->config->irq_mode == BH_IRQ_DIRECT ? HCR_FMO : HCR_FMO | HCR_IMO;
}

void arch_raise_irq(uint32_t intid)
{
	dsb(ishst); /* the receiver of the interrupt sees all earlier stores */
	write32(gic.dist + GICD_ISPENDR + intid / 32 * 4, 1u << intid % 32);
}
