/* SPDX-License-Identifier: GPL-2.0 */
/* The machine's GIC, as all parts of the driver know it. */
#ifndef ARCH_GIC_HW_H
#define ARCH_GIC_HW_H

#include <arch/gic.h>
#include <arch/gic_regs.h>
#include <arch/sysreg.h>

/* The machine's interrupt controller. Constant after enable. */
struct gic_machine {
	uint8_t *dist;			 /* GICD */
	uint8_t *redists;		 /* first GICR frame */
	uint8_t *its;			 /* NULL: none */
	uint8_t *redist_of[BH_MAX_CPUS]; /* RD frame by CPU index */
	uint64_t redist_stride;		 /* bytes from one CPU's frames to the next */
	uint32_t redist_count;
	uint32_t spi_end;     /* lowest INTID above the SPIs */
	uint32_t maintenance; /* INTID of the maintenance interrupt, a PPI */
	uint32_t kick;	      /* INTID of the kick: an SGI, or the maintenance interrupt */
	uint32_t lrs;	      /* number of list registers that all CPUs have */
	uint32_t aprs;	      /* number of active priority registers of each group */
	uint32_t edge_ppis;   /* GICR_ICFGR1 at enable */
	uint8_t spi_priority; /* priority that Linux sets for SPIs */
	uint8_t own_mask;     /* priority mask that admits the hypervisor's own interrupts only */
	bool one_state;	      /* one security state: EL2 takes Group 0 interrupts */
	bool half_range;      /* priorities of registers in memory: see gic_priority_to_hw() */
	bool root_masks;      /* root masks interrupts by priority */
	bool linux_group0;    /* ICC_IGRPEN0_EL1 at enable */
	uint8_t linux_sre;    /* ICC_SRE_EL2 at enable */
};
extern struct gic_machine gic;

/*
 * The highest priority of guests' interrupts: writes of smaller values store
 * this one. gic.own_mask masks all of them, but neither the kick nor the
 * maintenance interrupt, which have priority 0.
 */
#define GIC_GUEST_PRIORITY 0x10u
#define GIC_PMR_OPEN 0xffu

/*
 * With one security state and SCR_EL3.FIQ = 1, the CPU interface has the non-secure view of
 * priorities, and the registers in memory have the other one (IHI 0069H 4.8.6): a cell's priority
 * is stored in the upper half of the range. Otherwise both have the same view. Root knows the
 * machine as it is: its values are stored as they are.
 */
static inline uint8_t gic_priority_to_hw(uint8_t priority)
{
	return gic.half_range ? (uint8_t)(0x80 | priority >> 1) : priority;
}
static inline uint8_t gic_priority_from_hw(uint8_t value)
{
	return gic.half_range ? (uint8_t)(value << 1) : value;
}

static inline uint8_t *gic_rd_frame(const struct percpu *cpu)
{
	return gic.redist_of[cpu->public.index];
}
static inline uint8_t *gic_sgi_frame(const struct percpu *cpu)
{
	return gic.redist_of[cpu->public.index] + GICR_SGI_FRAME;
}

/* The cell's SPIs among the INTIDs from 32 * word, as a bit mask; 0 for word 0. */
static inline uint32_t gic_own_spis(const struct gic_cell *g, unsigned word)
{
	return (uint32_t)(g->spis[word / 2] >> (word % 2 * 32));
}

static inline bool gic_owns_spi(const struct gic_cell *g, uint64_t intid)
{
	return intid <= GIC_SPI_LAST && gic_own_spis(g, (unsigned)intid / 32) >> intid % 32 & 1;
}

/* regs: the distributor or an SGI frame. GICD_ICFGR has two bits for each interrupt; the upper one
 * means edge-triggered (12.9.9). */
static inline bool gic_is_edge(const uint8_t *regs, uint32_t intid)
{
	return read32(regs + GICD_ICFGR + intid / 16 * 4) >> (intid % 16 * 2 + 1) & 1;
}

/* The fields of ICC_SGI1R_EL1 that select the CPU with this MPIDR. */
static inline uint64_t gic_sgi_target(uint64_t hw_id)
{
	return (hw_id >> 32 & 0xff) << 48 | (hw_id >> 4 & 0xf) << 44 | (hw_id >> 16 & 0xff) << 32 |
	       (hw_id >> 8 & 0xff) << 16 | BIT(hw_id & 0xf);
}

/* The number of active priority registers of each group on this CPU (12.2.3). */
uint32_t gic_priority_registers(void);

/* Wait for a bounded time until earlier writes of CTLR and ICENABLER have taken effect (12.9.4). */
void gic_wait_dist(void);
void gic_wait_redist(const struct percpu *cpu);

#endif
