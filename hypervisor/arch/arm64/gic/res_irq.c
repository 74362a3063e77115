// SPDX-License-Identifier: GPL-2.0
/*
 * Interrupts. An SPI belongs to one cell; root owns those SPIs of its config that
 * no other cell owns. PPIs belong to the cell of their CPU. Spare SPIs, which
 * have no wire and are raised by the hypervisor, can be given to a cell without
 * belonging to root before.
 */
#include <arch/gic_emulation.h>
#include <hyp/arch.h>
#include <hyp/resource.h>

static void set_spi(uint64_t *set, uint32_t intid, bool on)
{
	if (on)
		set[intid / 64] |= BIT(intid % 64);
	else
		set[intid / 64] &= ~BIT(intid % 64);
}

static bool in_set(const uint64_t *set, uint32_t intid)
{
	return set[intid / 64] >> intid % 64 & 1;
}

/* All SPIs of a set. The body may remove the current SPI from the set. */
#define for_each_spi(intid, set)                                        \
	for ((intid) = GIC_SPI_FIRST; (intid) < gic.spi_end; (intid)++) \
		if (in_set((set), (intid)))

/* Collect in two masks the SPIs and PPIs that a config lists and the machine has. */
static void decode_set(const struct bh_cell_part *config, uint64_t *spis, uint32_t *ppis)
{
	const struct bh_range *ranges = bh_cell_irqs(config);

	for (uint32_t i = 0; i < config->n_irqs; i++) {
		uint32_t end = MIN(ranges[i].first + ranges[i].count, gic.spi_end);

		for (uint32_t intid = ranges[i].first; intid < end; intid++) {
			if (intid >= GIC_SPI_FIRST)
				set_spi(spis, intid, true);
			else if (intid >= GIC_PPI_FIRST && intid != gic.maintenance)
				*ppis |= 1u << intid;
		}
	}
}

bool arch_irq_is_spare(uint32_t intid)
{
	const struct bh_arm64_platform *p = &system_config->platform.arm64;

	for (uint32_t i = 0; i < p->n_spare_irqs; i++)
		if (p->spare_irqs[i] == intid)
			return true;
	return false;
}

/* ---- validate ---- */

/* The cell that owns this SPI, or BH_OWNER_NONE. */
static uint32_t owner_of(uint32_t intid)
{
	for (uint32_t id = 0; id < BH_MAX_CELLS; id++)
		if (cells[id] && in_set(cells[id]->arch.gic.spis, intid))
			return id;
	return BH_OWNER_NONE;
}

static bool validate_spi(uint32_t intid, uint32_t range, struct bh_refusal *r)
{
	uint32_t owner = owner_of(intid);

	if (intid == system_config->platform.arm64.root_doorbell)
		return refuse_owned(r, BH_E_OWNED, BH_F_IRQ, range, intid, BH_OWNER_HYPERVISOR);
	if (owner == BH_ROOT_CELL || (owner == BH_OWNER_NONE && arch_irq_is_spare(intid)))
		return true;
	return owner == BH_OWNER_NONE ? refuse(r, BH_E_NOT_ROOT, BH_F_IRQ, range, intid)
				      : refuse_owned(r, BH_E_OWNED, BH_F_IRQ, range, intid, owner);
}

/* The owner is checked for cells only: root's ranges may include SPIs that root doesn't get. */
static bool validate_range(const struct cell *cell, uint32_t i, struct bh_refusal *r)
{
	const struct bh_range *range = &bh_cell_irqs(cell->config)[i];
	uint32_t end = range->first + range->count;

	if (range->first < GIC_PPI_FIRST)
		return refuse(r, BH_E_RANGE, BH_F_IRQ, i, range->first);
	if (end > gic.spi_end)
		return refuse(r, BH_E_RANGE, BH_F_IRQ, i, MAX(range->first, gic.spi_end));
	for (uint32_t intid = range->first; cell->id != BH_ROOT_CELL && intid < end; intid++) {
		if (intid >= GIC_SPI_FIRST && !validate_spi(intid, i, r))
			return false;
		if (intid == gic.maintenance)
			return refuse_owned(r, BH_E_OWNED, BH_F_IRQ, i, intid, BH_OWNER_HYPERVISOR);
		if (intid < GIC_SPI_FIRST && !(root_cell()->arch.gic.ppis >> intid & 1))
			return refuse(r, BH_E_NOT_ROOT, BH_F_IRQ, i, intid);
	}
	return true;
}

static bool emulate_all(struct cell *cell, struct bh_refusal *r)
{
	const struct bh_arm64_platform *p = &system_config->platform.arm64;
	bool root = cell->id == BH_ROOT_CELL;
	uint32_t n = count_bits(cell->config->cpus);

	cell->arch.gic.n_cpus = n;
	return trap_range(cell, p->gicd_phys, GIC_FRAME_SIZE, gic_dist_mmio, NULL,
			  BH_EXIT_MMIO_GICD, offsetof(struct bh_arm64_platform, gicd_phys), r) &&
	       trap_range(cell, p->gicr_phys, root ? p->gicr_size : n * (uint64_t)GICR_FRAMES,
			  gic_redist_mmio, NULL, BH_EXIT_MMIO_GICR,
			  offsetof(struct bh_arm64_platform, gicr_phys), r) &&
	       (!root || !p->its_phys ||
		trap_range(cell, p->its_phys, p->its_size, gic_its_mmio, NULL, BH_EXIT_MMIO_OTHER,
			   offsetof(struct bh_arm64_platform, its_phys), r));
}

static bool irq_validate(struct cell *cell, struct bh_refusal *r)
{
	const struct bh_cell_part *config = cell->config;

	/* Root is held for each request: withdrawing its stage 2 would empty its TLBs each time. */
	if (config->irq_mode == BH_IRQ_DIRECT && !gic.one_state && cell->id == BH_ROOT_CELL)
		return refuse(r, BH_E_UNSUPPORTED, BH_F_IRQ_MODE, 0, config->irq_mode);
	for (uint32_t i = 0; i < config->n_irqs; i++)
		if (!validate_range(cell, i, r))
			return false;
	if (config->console_irq && !arch_irq_is_spare(config->console_irq))
		return refuse(r, BH_E_VALUE, BH_F_CONSOLE, 0, config->console_irq);
	return emulate_all(cell, r);
}

/* ---- the hardware ---- */

/* GICD_ICFGR words are shared with other cells' interrupts: written under gic_bank.c's lock. */
static void set_edge(const struct cell *cell, uint32_t intid, bool edge)
{
	unsigned word = intid / 32;
	struct mmio_access access = {
		.offset = GICD_ICFGR + intid / 16 * 4,
		.value = edge ? 2ull << intid % 16 * 2 : 0,
		.size = 4,
		.write = true,
	};

	gic_bank_access(cell, gic.dist, word, 1u << intid % 32, &access);
}

/* Disable an SPI and clear its pending and active state. */
static void quiesce(uint32_t intid)
{
	uint32_t reg = intid / 32 * 4, bit = 1u << intid % 32;

	write32(gic.dist + GICD_ICENABLER + reg, bit);
	gic_wait_dist();
	write32(gic.dist + GICD_ICPENDR + reg, bit);
	write32(gic.dist + GICD_ICACTIVER + reg, bit);
}

static void set_up(const struct cell *cell, uint32_t intid, uint64_t route, unsigned priority,
		   bool edge)
{
	quiesce(intid);
	write32(gic.dist + GICD_IGROUPR + intid / 32 * 4, 0xffffffff);
	write8(gic.dist + GICD_IPRIORITYR + intid, (uint8_t)priority);
	set_edge(cell, intid, edge);
	write64(gic.dist + GICD_IROUTER + intid * 8ull, route);
}

/* Route root's SPIs away from CPUs that leave root, to this CPU. */
static void bring_home(uint64_t cpus)
{
	uint64_t here = this_cpu()->public.hw_id, route;
	uint32_t intid;
	unsigned cpu;

	for_each_spi (intid, root_cell()->arch.gic.spis) {
		route = read64(gic.dist + GICD_IROUTER + intid * 8ull);
		for_each_cpu (cpu, cpus)
			if (route & GICD_IROUTER_IRM || route == percpu_of(cpu)->public.hw_id)
				write64(gic.dist + GICD_IROUTER + intid * 8ull, here);
	}
}

/* ---- ownership moves ---- */

/* Add CPUs to the cell's SGI targets, or remove them. */
static void move_targets(struct gic_cell *g, uint64_t cpus, bool come)
{
	unsigned i;

	for_each_cpu (i, cpus) {
		uint64_t target = gic_sgi_target(percpu_of(i)->public.hw_id);

		if ((target ^ g->sgi_cluster) & ICC_SGI_CLUSTER)
			continue;
		if (come)
			g->sgi_targets |= (uint32_t)(target & ICC_SGI_TARGETS);
		else
			g->sgi_targets &= ~(uint32_t)(target & ICC_SGI_TARGETS);
	}
}

/* Set where in the cell's address space the redistributors of these CPUs appear. */
static void place_frames(uint64_t cpus, bool root)
{
	uint64_t n = 0;
	unsigned i;

	for_each_cpu (i, cpus) {
		struct percpu *cpu = percpu_of(i);

		cpu->arch.gic.frame =
			root ? (uint64_t)(gic_rd_frame(cpu) - gic.redists) : n * GICR_FRAMES;
		n++;
	}
}

/* Reset the cell's SPIs, and route them to its boot CPU. */
static void irq_reset(struct cell *cell)
{
	unsigned boot = (unsigned)__builtin_ctzll(cell->config->cpus);
	struct gic_cell *g = &cell->arch.gic;
	uint32_t intid;

	for_each_spi (intid, g->spis)
		set_up(cell, intid, percpu_of(boot)->public.hw_id,
		       gic_priority_to_hw(GIC_GUEST_PRIORITY), in_set(g->edge, intid));
}

static void irq_grant(struct cell *cell)
{
	struct gic_cell *g = &cell->arch.gic, *root = &root_cell()->arch.gic;
	const uint64_t cpus = cell->config->cpus;
	unsigned first = (unsigned)__builtin_ctzll(cpus);
	uint32_t intid;

	g->direct = cell->config->irq_mode == BH_IRQ_DIRECT;
	g->typer = gic_dist_typer(cell);
	g->sgi_cluster = gic_sgi_target(percpu_of(first)->public.hw_id) & ICC_SGI_CLUSTER;
	decode_set(cell->config, g->spis, &g->ppis);
	g->ppis &= ~(1u << gic.maintenance); /* the hypervisor's, even if root's config lists it */
	move_targets(g, cpus, true);
	place_frames(cpus, cell->id == BH_ROOT_CELL);
	if (cell->id == BH_ROOT_CELL)
		return;
	move_targets(root, cpus, false);
	for_each_spi (intid, g->spis) {
		set_spi(root->spis, intid, false);
		set_spi(g->edge, intid, gic_is_edge(gic.dist, intid));
	}
	irq_reset(cell);
	bring_home(cpus);
}

/* SPIs of root's config return to root, disabled. */
static void irq_revoke(struct cell *cell)
{
	struct gic_cell *g = &cell->arch.gic, *root = &root_cell()->arch.gic;
	uint64_t of_root[ARRAY_SIZE(g->spis)] = { 0 };
	uint32_t ppis = 0, intid;

	decode_set(root_cell()->config, of_root, &ppis);
	for_each_spi (intid, g->spis) {
		set_up(cell, intid, this_cpu()->public.hw_id, gic.spi_priority,
		       in_set(g->edge, intid));
		set_spi(root->spis, intid, in_set(of_root, intid));
		set_spi(g->spis, intid, false);
	}
	move_targets(root, cell->config->cpus, true);
	place_frames(cell->config->cpus, true);
}

/* ---- SPIs of nobody ---- */

static uint32_t silenced[32]; /* bit n of word w: SPI 32 * w + n was enabled at enable */

void gic_silence_spis(void)
{
	for (unsigned word = 1; word * 32 < gic.spi_end; word++) {
		uint8_t *reg = gic.dist + GICD_ICENABLER + 4 * word;

		silenced[word] = read32(reg) & ~gic_own_spis(&root_cell()->arch.gic, word);
		write32(reg, silenced[word]);
	}
	gic_wait_dist();
}

void gic_unsilence_spis(void)
{
	for (unsigned word = 1; word * 32 < gic.spi_end; word++)
		write32(gic.dist + GICD_ISENABLER + 4 * word, silenced[word]);
}

RESOURCE_CLASS(RANK_IRQ, irq_class, .validate = irq_validate, .grant = irq_grant,
	       .reset = irq_reset, .revoke = irq_revoke);
