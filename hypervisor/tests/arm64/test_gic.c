// SPDX-License-Identifier: GPL-2.0
/* A cell can access its own interrupts in the interrupt controller, and no others. */
#include "../test.h"
#include <hyp/resource.h>
#include "gic_model.h"
#include <hyp/arch.h>

#define GICD(reg) (MODEL_GICD + (reg))
#define SGI_OF(n, reg) (MODEL_GICR + (n)*GICR_FRAMES + GICR_SGI_FRAME + (reg))
#define RD_OF(n, reg) (MODEL_GICR + (n)*GICR_FRAMES + (reg))

static const uint32_t irqs[] = { 27, 1, 33, 1, 40, 2, 241, 1, 250, 1, 0, 0 };
#define OWN_WORD1 (1u << 1 | 3u << 8) /* of INTIDs 32..63 */

static struct cell *started(enum bh_irq_mode mode)
{
	struct cell *cell;

	model_start(BH_IRQ_LIST, 4);
	cell = model_create(0xc, mode, irqs);
	classes_reset(cell);
	model_run_as(2);
	gic_cpu_reset(model_cpu(2));
	return cell;
}

TEST(bits_of_others_are_zero_and_stay)
{
	struct cell *cell = started(BH_IRQ_DIRECT);

	model_set_word(GICD(GICD_ISENABLER + 4), 0xffffffff & ~OWN_WORD1);
	CHECK_EQ(model_guest_read(cell, GICD(GICD_ISENABLER + 4), 4), 0);
	model_guest_write(cell, GICD(GICD_ISENABLER + 4), 4, 0xffffffff);
	CHECK_EQ(model_guest_read(cell, GICD(GICD_ISENABLER + 4), 4), OWN_WORD1);
	model_guest_write(cell, GICD(GICD_ICENABLER + 4), 4, 0xffffffff);
	CHECK_EQ(model_word(GICD(GICD_ISENABLER + 4)), 0xffffffff & ~OWN_WORD1);
	model_guest_write(cell, GICD(GICD_ISENABLER), 4, 0xffffffff);
	CHECK_EQ(model_word(GICD(GICD_ISENABLER)), 0);
	for (uint64_t reg = GICD_ISPENDR; reg < GICD_IPRIORITYR; reg += 0x100) {
		model_guest_write(cell, GICD(reg + 4), 4, 0xffffffff);
		CHECK_EQ(model_word(GICD(reg + 4)), OWN_WORD1);
		model_guest_write(cell, GICD(reg + 0x80 + 4), 4, 0xffffffff);
		CHECK_EQ(model_word(GICD(reg + 4)), 0);
	}
}

TEST(all_own_are_group_1)
{
	struct cell *cell = started(BH_IRQ_LIST);

	CHECK_EQ(model_guest_read(cell, GICD(GICD_IGROUPR + 4), 4), OWN_WORD1);
	model_guest_write(cell, GICD(GICD_IGROUPR + 4), 4, 0);
	CHECK_EQ(model_word(GICD(GICD_IGROUPR + 4)), 0xffffffff);
	CHECK_EQ(model_guest_read(cell, SGI_OF(0, GICD_IGROUPR), 4), 0x7fffu | 1u << 27);
	model_guest_write(cell, SGI_OF(0, GICD_IGROUPR), 4, 0xffffffff);
	CHECK_EQ(model_word(SGI_OF(2, GICD_IGROUPR)), 0xffff7fff); /* the kick stays Group 0 */
}

TEST(priorities_by_byte_and_below_the_kick)
{
	struct cell *cell = started(BH_IRQ_DIRECT);
	uint64_t own = GICD(GICD_IPRIORITYR + 40), other = GICD(GICD_IPRIORITYR + 42);

	model_guest_write(cell, own, 4, 0x11223344);
	CHECK_EQ(model_guest_read(cell, own, 4), 0x3344);
	CHECK_EQ(model_word(own), 0xa0a03344);
	model_guest_write(cell, own, 1, 0);
	CHECK_EQ(model_guest_read(cell, own, 1), GIC_GUEST_PRIORITY);
	model_guest_write(cell, other, 1, 0);
	CHECK_EQ(model_guest_read(cell, other, 1), 0);
	CHECK_EQ(model_word(own) >> 16, 0xa0a0);
	model_guest_write(cell, SGI_OF(0, GICD_IPRIORITYR + 12), 4, 0xc0c0c0c0);
	CHECK_EQ(model_word(SGI_OF(2, GICD_IPRIORITYR + 12)), 0x00c0c0c0);
}

TEST(configuration_of_neighbours_survives)
{
	struct cell *cell = started(BH_IRQ_LIST);

	model_set_word(GICD(GICD_ICFGR + 8), 0xaaaaaaaa);
	model_guest_write(cell, GICD(GICD_ICFGR + 8), 4, 0);
	CHECK_EQ(model_word(GICD(GICD_ICFGR + 8)), 0xaaa0aaa2);
	CHECK_EQ(model_guest_read(cell, GICD(GICD_ICFGR + 8), 4), 0);
	model_guest_write(cell, GICD(GICD_ICFGR + 8), 4, 0xffffffff);
	CHECK_EQ(model_guest_read(cell, GICD(GICD_ICFGR + 8), 4), 0xf000c);
	model_guest_write(cell, SGI_OF(1, GICD_ICFGR + 4), 4, 0xffffffff);
	CHECK_EQ(model_word(SGI_OF(3, GICD_ICFGR + 4)), 3u << 22);
}

TEST(routes_only_to_own_cpus)
{
	struct cell *cell = started(BH_IRQ_LIST);
	uint64_t own = GICD(GICD_IROUTER + 33 * 8), other = GICD(GICD_IROUTER + 34 * 8);

	CHECK_EQ(model_guest_read(cell, own, 8), 2);
	model_guest_write(cell, own, 8, 3);
	CHECK_EQ(model_guest_read(cell, own, 8), 3);
	model_guest_write(cell, own, 8, 1);
	model_guest_write(cell, own, 8, GICD_IROUTER_IRM);
	model_guest_write(cell, own, 8, 2 | GICD_IROUTER_IRM);
	model_guest_write(cell, own + 4, 4, 1);
	CHECK_EQ(model_guest_read(cell, own, 8), 3);
	model_guest_write(cell, own, 4, 2);
	CHECK_EQ(model_guest_read(cell, own, 4), 2);
	CHECK_EQ(model_guest_read(cell, own + 4, 4), 0);
	model_guest_write(cell, other, 8, 3);
	CHECK_EQ(model_word(other), 0);
	CHECK_EQ(model_guest_read(cell, other, 8), 0);
}

TEST(no_lpis_for_a_cell)
{
	struct cell *cell = started(BH_IRQ_LIST);

	CHECK_EQ(model_guest_read(cell, GICD(GICD_TYPER), 4) & (GICD_TYPER_LPIS | GICD_TYPER_MBIS),
		 0);
	CHECK_EQ(model_guest_read(cell, RD_OF(0, GICR_TYPER), 8), 2ull << 32);
	CHECK_EQ(model_guest_read(cell, RD_OF(1, GICR_TYPER), 8),
		 3ull << 32 | 1 << 8 | GICR_TYPER_LAST);
	CHECK_EQ(model_guest_read(cell, RD_OF(1, GICR_TYPER + 4), 4), 3);
	model_guest_write(cell, RD_OF(0, GICR_PROPBASER), 8, 0x4000000f);
	model_guest_write(cell, RD_OF(0, GICR_CTLR), 4, 1);
	CHECK_EQ(model_word(RD_OF(2, GICR_CTLR)), 0);
	CHECK_EQ(model_guest_read(cell, RD_OF(0, GICR_PROPBASER), 8), 0);
	CHECK(!mmio_find(&cell->mmio, RD_OF(2, 0), 4)); /* its frames only */
}

TEST(ppis_and_sgis_by_owner)
{
	struct cell *cell = started(BH_IRQ_LIST);

	model_guest_write(cell, SGI_OF(0, GICD_ISENABLER), 4, 0xffffffff);
	CHECK_EQ(model_guest_read(cell, SGI_OF(0, GICD_ISENABLER), 4), 0x7fffu | 1u << 27);
	CHECK_EQ(model_word(SGI_OF(2, GICD_ISENABLER)), 0xffffu | 1u << 27 | 1u << 25);
	model_guest_write(cell, SGI_OF(0, GICD_ICENABLER), 4, 0xffffffff);
	CHECK_EQ(model_word(SGI_OF(2, GICD_ISENABLER)), 0x8000u | 1u << 25);
	model_guest_write(cell, SGI_OF(0, GICD_ISPENDR), 4, 1u << 15 | 1u << 25);
	CHECK_EQ(model_word(SGI_OF(2, GICD_ISPENDR)), 0);
}

TEST(root_sees_frames_that_it_gave_away_empty)
{
	struct cell *root;

	started(BH_IRQ_LIST);
	root = root_cell();
	model_run_as(0);
	CHECK_EQ(model_guest_read(root, RD_OF(2, GICR_TYPER), 8) >> 32, 2);
	CHECK_EQ(model_guest_read(root, RD_OF(2, GIC_PIDR2), 4), 0x30);
	model_guest_write(root, SGI_OF(2, GICD_ISENABLER), 4, 0xff);
	CHECK_EQ(model_guest_read(root, SGI_OF(2, GICD_ISENABLER), 4), 0);
	CHECK_EQ(model_word(SGI_OF(2, GICD_ISENABLER)) & 0xff, 0);
	model_guest_write(root, SGI_OF(1, GICD_ISENABLER), 4, 0xff);
	CHECK_EQ(model_word(SGI_OF(1, GICD_ISENABLER)), 0xff);
	model_guest_write(root, GICD(GICD_ISENABLER + 4), 4, 0xffffffff);
	CHECK_EQ(model_word(GICD(GICD_ISENABLER + 4)), ~OWN_WORD1);
	model_guest_write(root, GICD(GICD_IROUTER + 34 * 8), 8, 2);
	CHECK_EQ(model_word(GICD(GICD_IROUTER + 34 * 8)), 0);
}

TEST(interrupts_leave_and_come_back_quiet)
{
	struct cell *cell;

	model_start(BH_IRQ_DIRECT, 4);
	model_set_word(GICD(GICD_ISENABLER + 4), 0xffffffff);
	model_set_word(GICD(GICD_ISPENDR + 4), 0xffffffff);
	model_set_word(GICD(GICD_ISACTIVER + 4), 0xffffffff);
	model_set_word(GICD(GICD_ICFGR + 8), 2u << 2);	/* 33: edge */
	model_set_word(GICD(GICD_IROUTER + 50 * 8), 3); /* root's, routed to CPU 3 */
	cell = model_create(0x8, BH_IRQ_DIRECT, irqs);
	CHECK_EQ(model_word(GICD(GICD_ISENABLER + 4)), ~OWN_WORD1);
	CHECK_EQ(model_word(GICD(GICD_ISPENDR + 4)), ~OWN_WORD1);
	CHECK_EQ(model_word(GICD(GICD_ISACTIVER + 4)), ~OWN_WORD1);
	CHECK_EQ(model_word(GICD(GICD_IROUTER + 33 * 8)), 3);
	CHECK_EQ(model_word(GICD(GICD_IROUTER + 50 * 8)), 0);
	model_guest_write(cell, GICD(GICD_ICFGR + 8), 4, 0);
	model_guest_write(cell, GICD(GICD_ISENABLER + 4), 4, OWN_WORD1);
	model_guest_write(cell, GICD(GICD_ISPENDR + 4), 4, OWN_WORD1);
	model_revoke(cell);
	CHECK_EQ(model_word(GICD(GICD_ISENABLER + 4)), ~OWN_WORD1);
	CHECK_EQ(model_word(GICD(GICD_ISPENDR + 4)), ~OWN_WORD1);
	CHECK_EQ(model_word(GICD(GICD_ICFGR + 8)), 2u << 2);
	CHECK_EQ(model_word(GICD(GICD_IROUTER + 33 * 8)), 0);
	CHECK_EQ(model_word(GICD(GICD_IPRIORITYR + 40)), 0xa0a0a0a0);
	CHECK(root_cell()->arch.gic.spis[0] >> 33 & 1);
	CHECK(!(root_cell()->arch.gic.spis[3] >> (250 - 192) & 1)); /* never belonged to root */
}

static uint32_t refusal_of(uint64_t cpus, enum bh_irq_mode mode, uint32_t first, uint32_t count,
			   struct bh_refusal *r)
{
	const uint32_t list[] = { first, count, 0, 0 };

	CHECK(!classes_validate(model_cell(cpus, mode, list), r));
	return r->code;
}

TEST(refusals)
{
	struct bh_refusal r;
	struct cell *cell;

	model_start(BH_IRQ_LIST, 4);
	CHECK_EQ(refusal_of(8, BH_IRQ_LIST, 15, 1, &r), BH_E_RANGE);
	CHECK_EQ(refusal_of(8, BH_IRQ_LIST, 280, 9, &r), BH_E_RANGE);
	CHECK_EQ(r.value, 288);
	CHECK_EQ(refusal_of(8, BH_IRQ_LIST, 25, 1, &r), BH_E_OWNED);
	CHECK_EQ(r.owner, BH_OWNER_HYPERVISOR);
	CHECK_EQ(refusal_of(8, BH_IRQ_LIST, 240, 1, &r), BH_E_OWNED);
	CHECK_EQ(refusal_of(8, BH_IRQ_LIST, 90, 10, &r), BH_E_NOT_ROOT);
	CHECK_EQ(r.value, 96);
	cell = model_cell(8, BH_IRQ_LIST, irqs);
	((struct bh_cell_part *)cell->config)->console_irq = 33;
	CHECK(!classes_validate(cell, &r));
	CHECK_EQ(r.field, BH_F_CONSOLE);
}

/* A region must not overlap the emulated or the real interrupt controller. */
TEST(regions_beside_the_controller)
{
	static const uint32_t none[] = { 0, 0 };
	struct bh_cell_part *config;
	struct bh_refusal r;
	struct cell *cell;

	model_start(BH_IRQ_LIST, 4);
	for (unsigned i = 0; i < 2; i++) {
		cell = model_cell(8, BH_IRQ_LIST, none);
		config = (struct bh_cell_part *)cell->config;
		config->n_regions = 1;
		config->regions[0] = (struct bh_region){ .phys = i ? MODEL_GICR : 0x40000000,
							 .guest = i ? 0x40000000 : MODEL_GICD,
							 .size = PAGE_SIZE };
		CHECK(!classes_validate(cell, &r));
		CHECK_EQ(r.code, BH_E_OWNED);
		CHECK_EQ(r.field, i ? BH_F_REGION_PHYS : BH_F_REGION_GUEST);
		CHECK_EQ(r.owner, BH_OWNER_HYPERVISOR);
		CHECK_EQ(r.value, i ? MODEL_GICR : MODEL_GICD);
	}
}

/* ESR_EL2 of an access to S3_<op1>_C<n>_C<m>_<op2> with x1. */
static uint64_t esr(uint64_t iss, bool read)
{
	return iss | 1 << 5 | read;
}

TEST(sgis_reach_own_cpus_only)
{
	struct guest_regs regs = { .x[1] = 0xf };
	struct percpu *cpu;

	started(BH_IRQ_DIRECT);
	cpu = model_cpu(2);
	model_sgis = 0;
	gic_send_sgi(cpu, 3ull << 24 | 0xf);
	CHECK_EQ(model_sgi1r, 3ull << 24 | 0xc);
	gic_send_sgi(cpu, 15ull << 24 | 0xc);		      /* the kick */
	gic_send_sgi(cpu, 3ull << 24 | 0x3);		      /* root's CPUs */
	gic_send_sgi(cpu, 3ull << 24 | 1ull << 44 | 0xf);     /* another range */
	gic_send_sgi(cpu, 3ull << 24 | 0xffull << 48 | 0xf);  /* no CPU's cluster */
	CHECK(gic_sysreg(cpu, &regs, esr(ISS_SGI0R, false))); /* another group */
	CHECK(gic_sysreg(cpu, &regs, esr(ISS_ASGI1R, false)));
	CHECK_EQ(model_sgis, 1);
	gic_send_sgi(cpu, ICC_SGI_IRM | 4ull << 24);
	CHECK_EQ(model_sgi1r, 4ull << 24 | 0x8);
	CHECK_EQ(model_sgis, 2);
	gic_send_sgi(cpu, ICC_SGI_IRM | 15ull << 24);
	CHECK_EQ(model_sgis, 2);
	CHECK_EQ(root_cell()->arch.gic.sgi_targets, 3);
}

TEST(mask_of_a_direct_cell_lets_the_kick_in)
{
	struct guest_regs regs = { 0 };
	struct percpu *cpu;

	started(BH_IRQ_DIRECT);
	cpu = model_cpu(2);
	CHECK_EQ(model_read_sysreg("ich_hcr_el2"), ICH_HCR_TC);
	for (unsigned pmr = 0; pmr < 256; pmr++) {
		regs.x[1] = pmr;
		CHECK(gic_sysreg(cpu, &regs, esr(ISS_PMR, false)));
		CHECK(model_read_sysreg("icc_pmr_el1") >= GIC_GUEST_PRIORITY);
		CHECK(gic_sysreg(cpu, &regs, esr(ISS_PMR, true)));
		CHECK_EQ(regs.x[1], pmr & 0xf8);
	}
	regs.x[1] = ICC_CTLR_EOIMODE;
	CHECK(gic_sysreg(cpu, &regs, esr(ISS_CTLR, false)));
	CHECK(model_read_sysreg("icc_ctlr_el1") & ICC_CTLR_EOIMODE);
	regs.x[1] = 34; /* not its own: must not reach the hardware (the model would fail) */
	CHECK(gic_sysreg(cpu, &regs, esr(ISS_DIR, false)));
}

/* Can a cell with CPU 3 get this RAM as its region 3? */
static bool may_have(paddr_t phys, uint64_t size, struct bh_refusal *r)
{
	static const uint32_t none[] = { 0, 0 };
	struct cell *cell = model_cell(8, BH_IRQ_LIST, none);
	struct bh_cell_part *part = (struct bh_cell_part *)cell->config;

	for (; part->n_regions < 3; part->n_regions++)
		part->regions[part->n_regions].type = BH_REGION_MMIO;
	part->regions[part->n_regions++] =
		(struct bh_region){ .phys = phys, .guest = phys, .size = size };
	part->regions[3].type = BH_REGION_RAM;
	return classes_validate(cell, r);
}

TEST(tables_of_the_its_are_root_ram)
{
	struct cell *root;
	struct bh_refusal r;

	model_start(BH_IRQ_LIST, 4);
	root = root_cell();
	model_guest_write(root, MODEL_ITS + GITS_CBASER, 8, GITS_VALID | 0x60000000 | 15);
	CHECK_EQ(model_word(MODEL_ITS + GITS_CBASER), 0);
	model_guest_write(root, MODEL_ITS + GITS_CBASER, 8, GITS_VALID | 0x5fff8000 | 15);
	CHECK_EQ(model_word(MODEL_ITS + GITS_CBASER), 0); /* ends outside */
	model_guest_write(root, MODEL_ITS + GITS_CBASER, 8, GITS_VALID | 0x5fff0000 | 15);
	CHECK_EQ(model_word(MODEL_ITS + GITS_CBASER), 0x5fff000f);
	CHECK(!may_have(0x5fff8000, 0x1000, &r));
	CHECK(r.code == BH_E_LPI && r.index == 3 && r.value == 0x5fff8000);
	CHECK(may_have(0x5ffe0000, 0x10000, &r));
	model_guest_write(root, MODEL_ITS + GITS_BASER + 8, 8, GITS_VALID | 2 << 8 | 0x40010000);
	CHECK(!may_have(0x4001f000, 0x1000, &r));
}

TEST(lpis_of_a_cpu_that_leaves_and_returns)
{
	struct cell *root;
	struct bh_refusal r;

	model_start(BH_IRQ_DIRECT, 4);
	root = root_cell();
	model_run_as(3);
	model_guest_write(root, RD_OF(3, GICR_PROPBASER), 8, 0x6000000f);
	model_guest_write(root, RD_OF(3, GICR_PENDBASER), 8, 0x40010000);
	model_guest_write(root, RD_OF(3, GICR_CTLR), 4, 1);
	CHECK_EQ(model_word(RD_OF(3, GICR_CTLR)), 0); /* not root's RAM */
	model_guest_write(root, RD_OF(3, GICR_PROPBASER), 8, 0x4000000f);
	model_guest_write(root, RD_OF(3, GICR_CTLR), 4, 1);
	CHECK_EQ(model_word(RD_OF(3, GICR_CTLR)), 1);
	model_guest_write(root, RD_OF(3, GICR_PROPBASER), 8, 0x6000000f);
	CHECK_EQ(model_word(RD_OF(3, GICR_PROPBASER)), 0x4000000f); /* in use */
	model_run_as(0);
	CHECK(may_have(0x50000000, 0x1000, &r));
	CHECK_EQ(model_word(RD_OF(3, GICR_CTLR)), 0);
	CHECK(!may_have(0x40010000, 0x1000, &r));
	model_run_as(3);
	gic_cpu_reset(model_cpu(3));
	CHECK_EQ(model_word(RD_OF(3, GICR_CTLR)), 1);
	CHECK_EQ(model_word(RD_OF(3, GICR_PENDBASER)), 0x40010000);
}

/* ---- SPIs of nobody ---- */

/* Root lists 32..95 and 240..248: 100 and 250 (spare) are nobody's. */
TEST(spis_of_nobody_are_off_until_disable)
{
	model_start(BH_IRQ_LIST, 4);
	model_set_word(GICD(GICD_ISENABLER + 4), 1u << 1);
	model_set_word(GICD(GICD_ISENABLER + 12), 1u << 4);
	model_set_word(GICD(GICD_ISENABLER + 28), 1u << 26 | 1u << 16);
	gic_silence_spis();
	CHECK_EQ(model_word(GICD(GICD_ISENABLER + 4)), 1u << 1);
	CHECK_EQ(model_word(GICD(GICD_ISENABLER + 12)), 0);
	CHECK_EQ(model_word(GICD(GICD_ISENABLER + 28)), 1u << 16);
	gic_unsilence_spis();
	CHECK_EQ(model_word(GICD(GICD_ISENABLER + 12)), 1u << 4);
	CHECK_EQ(model_word(GICD(GICD_ISENABLER + 28)), 1u << 26 | 1u << 16);
}
