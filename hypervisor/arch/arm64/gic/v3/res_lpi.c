// SPDX-License-Identifier: GPL-2.0
/*
 * LPIs and the ITS, which only root uses. They access tables in memory at
 * addresses that root programs: the tables must be in root's RAM when they are
 * programmed, and can't leave root while they are in use (IHI 0069H chapter 5).
 */
#include <arch/gic_emulation.h>
#include <hyp/arch.h>
#include <hyp/log.h>
#include <hyp/memory.h>
#include <hyp/resource.h>

/* A table of the ITS or of a redistributor. */
struct table {
	paddr_t phys;
	uint64_t size; /* 0: none */
};

static bool in_root_ram(struct table table)
{
	paddr_t page = ALIGN_DOWN(table.phys, PAGE_SIZE), pa;
	unsigned attrs;

	for (; page < table.phys + table.size; page += PAGE_SIZE)
		if (!pt_lookup(&root_cell()->s2, page, &pa, &attrs) || pa != page ||
		    !(attrs & PT_WRITE) || attrs & PT_DEVICE)
			return false;
	return true;
}

/* Number of INTIDs in the tables (12.10.17). */
static uint64_t lpi_ids(uint64_t propbaser)
{
	uint64_t machine = read32(gic.dist + GICD_TYPER) >> 19 & 0x1f;

	return BIT(MIN(propbaser & 0x1f, machine) + 1);
}

/* The configuration table has a byte for each LPI, the pending table a bit for each INTID. */
static struct table config_table(uint64_t propbaser)
{
	uint64_t ids = lpi_ids(propbaser);

	return (struct table){ propbaser & 0x000ffffffffff000,
			       ids > GIC_LPI_FIRST ? ids - GIC_LPI_FIRST : 0 };
}

static struct table pending_table(uint64_t propbaser, uint64_t pendbaser)
{
	return (struct table){ pendbaser & 0x000fffffffff0000, lpi_ids(propbaser) / 8 };
}

bool gic_lpi_tables_ok(uint64_t propbaser, uint64_t pendbaser)
{
	return in_root_ram(config_table(propbaser)) &&
	       in_root_ram(pending_table(propbaser, pendbaser));
}

/* GITS_CBASER (12.19.3) has pages of 4 KiB, GITS_BASER<n> (12.19.1) pages of 4, 16 or 64 KiB; for
 * 64 KiB, address bits 48 to 51 are in bits 12 to 15. */
static struct table its_table(uint64_t offset, uint64_t value)
{
	uint64_t pages = (value & 0xff) + 1;
	uint64_t page_shift = 12 + 2 * MIN(value >> 8 & 3, 2u);

	if (!(value & GITS_VALID))
		return (struct table){ 0, 0 };
	if (offset == GITS_CBASER)
		return (struct table){ value & 0x000ffffffffff000, pages << PAGE_SHIFT };
	if (page_shift == 16)
		return (struct table){ (value & 0x0000ffffffff0000) | (value & 0xf000) << 36,
				       pages << page_shift };
	return (struct table){ value & 0x0000fffffffff000, pages << page_shift };
}

static bool names_table(uint64_t offset)
{
	return offset == GITS_CBASER ||
	       (offset >= GITS_BASER && offset < GITS_BASER + 8 * GITS_BASERS);
}

/* Root writes a table register whole or by halves. The value checked and written is the whole
 * register after the write. */
static void write_table(uint64_t offset, const struct mmio_access *access)
{
	uint64_t reg = ALIGN_DOWN(offset, 8ull);
	uint64_t value = gic_write_part(read64(gic.its + reg), access);

	if (in_root_ram(its_table(reg, value)))
		write64(gic.its + reg, value);
	else
		log_guest_message(BH_MSG_REFUSED, BH_ROOT_CELL, BH_E_LPI, reg, value);
}

bool gic_its_mmio(struct cell *cell, struct mmio_access *access, void *context)
{
	uint8_t *reg = gic.its + access->offset;

	(void)cell;
	(void)context;
	if (access->size < 4)
		access->value = 0;
	else if (access->write && names_table(ALIGN_DOWN(access->offset, 8ull)))
		write_table(access->offset, access);
	else if (access->write)
		gic_write_through(reg, access);
	else
		access->value = access->size == 8 ? read64(reg) : read32(reg);
	return true;
}

/* ---- CPUs that leave root and return ---- */

/*
 * Linux leaves LPIs enabled on CPUs that it switches off, and expects them
 * enabled when a CPU is on again. So they are disabled when the CPU leaves root,
 * and enabled when it returns. Not all hardware can disable them (12.10.3, CES):
 * then the CPU can't leave root.
 */
static void stop_lpis(struct percpu *cpu)
{
	uint8_t *rd = gic_rd_frame(cpu);
	uint32_t ctlr = read32(rd + GICR_CTLR);

	if (!(ctlr & GICR_CTLR_ENABLE_LPIS))
		return;
	cpu->arch.gic.lpi_config = read64(rd + GICR_PROPBASER);
	cpu->arch.gic.lpi_pending = read64(rd + GICR_PENDBASER);
	cpu->arch.gic.lpis_saved = true;
	write32(rd + GICR_CTLR, ctlr & ~GICR_CTLR_ENABLE_LPIS);
	gic_wait_redist(cpu);
}

void gic_lpis_restart(struct percpu *cpu)
{
	uint8_t *rd = gic_rd_frame(cpu);
	uint32_t ctlr = read32(rd + GICR_CTLR);

	if (!cpu->arch.gic.lpis_saved)
		return;
	cpu->arch.gic.lpis_saved = false;
	if (ctlr & GICR_CTLR_ENABLE_LPIS)
		return;
	write64(rd + GICR_PROPBASER, cpu->arch.gic.lpi_config);
	write64(rd + GICR_PENDBASER, cpu->arch.gic.lpi_pending & ~GICR_PENDBASER_PTZ);
	write32(rd + GICR_CTLR, ctlr | GICR_CTLR_ENABLE_LPIS);
}

/* ---- CPUs and RAM that must stay with root ---- */

/* Disable the LPIs of CPU i, which is off and wants to leave root. Refuses if they stay enabled. */
static bool validate_cpu(unsigned i, struct bh_refusal *r)
{
	struct percpu *cpu = percpu_of(i);

	stop_lpis(cpu);
	if (!(read32(gic_rd_frame(cpu) + GICR_CTLR) & GICR_CTLR_ENABLE_LPIS))
		return true;
	return refuse_owned(r, BH_E_LPI, BH_F_CPUS, i, i, BH_ROOT_CELL);
}

static bool is_clear_of(struct table table, const struct claim *c, struct bh_refusal *r)
{
	if (!table.size || !ranges_overlap(table.phys, table.size, c->phys, c->size))
		return true;
	return refuse_owned(r, BH_E_LPI, c->field, c->index, MAX(table.phys, c->phys),
			    BH_ROOT_CELL);
}

static bool is_clear_of_redist(const struct percpu *cpu, const struct claim *c,
			       struct bh_refusal *r)
{
	const uint8_t *rd = gic_rd_frame(cpu);
	uint64_t config = cpu->arch.gic.lpi_config, pending = cpu->arch.gic.lpi_pending;

	if (read32(rd + GICR_CTLR) & GICR_CTLR_ENABLE_LPIS) {
		config = read64(rd + GICR_PROPBASER);
		pending = read64(rd + GICR_PENDBASER);
	} else if (!cpu->arch.gic.lpis_saved) {
		return true;
	}
	return is_clear_of(config_table(config), c, r) &&
	       is_clear_of(pending_table(config, pending), c, r);
}

static bool validate_claim(const struct claim *c, struct bh_refusal *r)
{
	for (unsigned i = 0; i < system_config->n_cpus; i++)
		if (!is_clear_of_redist(percpu_of(i), c, r))
			return false;
	if (!gic.its)
		return true;
	for (uint64_t reg = GITS_BASER; reg < GITS_BASER + 8 * GITS_BASERS; reg += 8)
		if (!is_clear_of(its_table(reg, read64(gic.its + reg)), c, r))
			return false;
	return is_clear_of(its_table(GITS_CBASER, read64(gic.its + GITS_CBASER)), c, r);
}

/* A CPU may leave root only if its LPIs are disabled. RAM may leave root only if no table of LPIs
 * or of the ITS lies in it. */
static bool lpi_validate(struct cell *cell, struct bh_refusal *r)
{
	struct claim claim;
	unsigned i;

	if (cell->id == BH_ROOT_CELL)
		return true;
	for_each_cpu (i, cell->config->cpus)
		if (!cell->only_checked && !validate_cpu(i, r))
			return false;
	for_each_claim (i, &claim, cell->config)
		if (claim.type == BH_REGION_RAM && !validate_claim(&claim, r))
			return false;
	return true;
}

RESOURCE_CLASS(RANK_IRQ, lpi_class, .validate = lpi_validate);
