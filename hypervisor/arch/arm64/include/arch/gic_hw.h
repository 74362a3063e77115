/* SPDX-License-Identifier: GPL-2.0 */
/* What the parts of the GIC driver share. */
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
	uint32_t maintenance; /* INTID */
	uint32_t lrs;	      /* list registers */
	uint32_t aprs;	      /* active priority registers a group */
	uint32_t edge_ppis;   /* GICR_ICFGR1 as found */
	uint8_t spi_priority; /* what Linux gives its SPIs */
	bool one_state;	      /* one security state: Group 0 is ours */
	bool direct;	      /* direct delivery is possible */
	bool root_masks;      /* root uses the priority mask */
	bool linux_group0;    /* ICC_IGRPEN0_EL1 and ICC_SRE_EL2 as Linux had them */
	uint8_t linux_sre;
};
extern struct gic_machine gic;

/*
 * Priorities: the kick and the maintenance interrupt have 0; guests get no
 * higher one than this (a written smaller value becomes it), so that a mask of
 * this value holds all of theirs off, and none of ours.
 */
#define GIC_GUEST_PRIORITY 0x10u
#define GIC_PMR_OPEN 0xffu

static inline uint8_t *gic_rd_frame(const struct percpu *cpu)
{
	return gic.redist_of[cpu->public.index];
}
static inline uint8_t *gic_sgi_frame(const struct percpu *cpu)
{
	return gic.redist_of[cpu->public.index] + GICR_SGI_FRAME;
}

/* SPIs of the cell in the 32 INTIDs from 32 * word; 0 for word 0. */
static inline uint32_t gic_own_spis(const struct gic_cell *g, unsigned word)
{
	return (uint32_t)(g->spis[word / 2] >> (word % 2 * 32));
}

static inline bool gic_owns_spi(const struct gic_cell *g, uint64_t intid)
{
	return intid <= GIC_SPI_LAST && gic_own_spis(g, (unsigned)intid / 32) >> intid % 32 & 1;
}

/* GICD_ICFGR of a distributor or SGI frame: two bits each, the upper one says edge (12.9.9). */
static inline bool gic_is_edge(const uint8_t *regs, uint32_t intid)
{
	return read32(regs + GICD_ICFGR + intid / 16 * 4) >> (intid % 16 * 2 + 1) & 1;
}

/* ICC_SGI1R_EL1's fields that name the CPU with this MPIDR. */
static inline uint64_t gic_sgi_target(uint64_t hw_id)
{
	return (hw_id >> 32 & 0xff) << 48 | (hw_id >> 4 & 0xf) << 44 | (hw_id >> 16 & 0xff) << 32 |
	       (hw_id >> 8 & 0xff) << 16 | BIT(hw_id & 0xf);
}

/* Wait, not for ever, until earlier writes of CTLR or ICENABLER had their effect (12.9.4). */
void gic_wait_dist(void);
void gic_wait_redist(const struct percpu *cpu);

/* gic_bank.c: registers with a bit, a byte or two bits for each interrupt. */
/* True for those with one bit: word is INTID / 32. */
static inline bool gic_bank_is_bits(uint64_t offset, unsigned *word)
{
	*word = (unsigned)(offset >> 2 & 0x1f);
	return offset - GICD_IGROUPR < GICD_IPRIORITYR - GICD_IGROUPR;
}
/* Which 32 INTIDs the register at this offset is about: INTID / 32, or -1 if it is none of these. */
int gic_bank_word(uint64_t offset);
/* Emulate the access; own: bit n: INTID 32 * word + n is the cell's. regs: GICD or SGI frame. Always
 * true, as a handler's answer. */
bool gic_bank_bits(const struct cell *cell, uint8_t *regs, unsigned word, uint32_t own,
		   struct mmio_access *access);
bool gic_bank_access(const struct cell *cell, uint8_t *regs, unsigned word, uint32_t own,
		     struct mmio_access *access);

/* gic_dist.c: GICD_TYPER as the cell sees it. */
uint32_t gic_dist_typer(const struct cell *cell);

/* MMIO handlers: gic_dist.c, gic_redist.c, res_lpi.c. */
bool gic_dist_mmio(struct cell *cell, struct mmio_access *access, void *context);
bool gic_redist_mmio(struct cell *cell, struct mmio_access *access, void *context);
bool gic_its_mmio(struct cell *cell, struct mmio_access *access, void *context);

/* res_lpi.c: are the tables that these values name in root's RAM? */
bool gic_lpi_tables_ok(uint64_t propbaser, uint64_t pendbaser);
/* On a CPU that starts in root: re-enable LPIs if res_lpi.c disabled them. */
void gic_lpis_restart(struct percpu *cpu);

/* A trapped MRS or MSR (DDI 0487 D17.2.37): which register, and which way. */
#define ISS_REGISTER 0x3ffc1full
#define ISS_READ 1u
#define ISS_OF(op0, op1, crn, crm, op2) \
	((op0) << 20 | (op2) << 17 | (op1) << 14 | (crn) << 10 | (crm) << 1)
#define ISS_PMR ISS_OF(3u, 0u, 4u, 6u, 0u)
#define ISS_DIR ISS_OF(3u, 0u, 12u, 11u, 1u)
#define ISS_RPR ISS_OF(3u, 0u, 12u, 11u, 3u)
#define ISS_SGI1R ISS_OF(3u, 0u, 12u, 11u, 5u)
#define ISS_ASGI1R ISS_OF(3u, 0u, 12u, 11u, 6u)
#define ISS_SGI0R ISS_OF(3u, 0u, 12u, 11u, 7u)
#define ISS_CTLR ISS_OF(3u, 0u, 12u, 12u, 4u)
#define ISS_SRE ISS_OF(3u, 0u, 12u, 12u, 5u)
#define ISS_RT(esr) ((unsigned)((esr) >> 5 & 0x1f))

/* gic_sysreg.c: targets outside the cell's first cluster, or "all but me". */
void gic_send_sgi_slow(struct percpu *cpu, uint64_t value);

/* A guest's value of ICC_SGI1R_EL1: to CPUs of its own cell, and never the kick. */
static inline void gic_send_sgi(struct percpu *cpu, uint64_t value)
{
	const struct gic_cell *g = &cpu->public.cell->arch.gic;
	uint64_t targets = value & g->sgi_targets;

	if (unlikely((value & ICC_SGI_INTID) == GIC_KICK_SGI << 24))
		return;
	if (unlikely((value ^ g->sgi_cluster) & (ICC_SGI_CLUSTER | ICC_SGI_IRM)))
		gic_send_sgi_slow(cpu, value);
	else if (likely(targets))
		write_sysreg((value & (ICC_SGI_CLUSTER | ICC_SGI_INTID)) | targets, icc_sgi1r_el1);
}

/* gic_list.c */
/* Forget what the list registers hold. */
void gic_list_clear(struct percpu *cpu);
/* Let interrupts into list registers. */
void gic_list_open(void);
/* The guest deactivates an interrupt apart from its end, and a list register may become free by it:
 * a trapped write of ICC_DIR_EL1. */
void gic_list_deactivate(struct percpu *cpu, uint64_t intid);
/* What waits in list registers becomes pending in the hardware again. */
void gic_list_return(struct percpu *cpu);
/* The guest disables these (bit n: INTID 32 * word + n) or clears them: don't deliver them. */
void gic_list_withdraw(unsigned word, uint32_t bits);

/* gic_sysreg.c: direct delivery: set the priority mask as the guest wants it, but never so high that the kick is held off. */
void gic_direct_set_pmr(struct percpu *cpu, uint64_t pmr);

#endif
