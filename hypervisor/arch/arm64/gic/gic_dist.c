// SPDX-License-Identifier: GPL-2.0
/* The distributor's registers as a cell sees them (IHI 0069H 12.9): those of its own SPIs. */
#include <arch/gic_emulation.h>
#include <hyp/arch.h>

/* Hidden: extended SPIs and 1 of N routing; from cells also message-based SPIs and LPIs. The
 * hypervisor doesn't track their owners. */
uint32_t gic_dist_typer(const struct cell *cell)
{
	uint32_t hidden = GICD_TYPER_ESPI;

	if (cell->id != BH_ROOT_CELL)
		hidden |= GICD_TYPER_MBIS | GICD_TYPER_LPIS | GICD_TYPER_NUM_LPIS;
	return (read32(gic.dist + GICD_TYPER) & ~hidden) | GICD_TYPER_NO1N;
}

/* GICD_IROUTER<n> (12.9.22). */
static void access_route(const struct cell *cell, struct mmio_access *access)
{
	uint8_t *reg = gic.dist + ALIGN_DOWN(access->offset, 8ull);
	uint64_t route;

	if (!gic_owns_spi(&cell->arch.gic, (access->offset - GICD_IROUTER) / 8) ||
	    access->size < 4) {
		access->value = 0;
		return;
	}
	route = read64(reg);
	if (!access->write) {
		access->value = gic_read_part(route, access);
		return;
	}
	route = gic_write_part(route, access);
	/* A route to a CPU outside the cell is ignored, and so is 1 of N, which could choose
	 * one. */
	if (!(route & GICD_IROUTER_IRM) && find_cpu(cell, route & GIC_AFFINITY))
		write64(reg, route & GIC_AFFINITY);
}

/* Set or clear a message-based SPI (12.9.40): root only, and only its own SPIs. */
static void write_message(const struct cell *cell, const struct mmio_access *access)
{
	if (cell->id == BH_ROOT_CELL && access->size <= 4 &&
	    gic_owns_spi(&cell->arch.gic, access->value))
		write32(gic.dist + access->offset, (uint32_t)access->value);
}

/* GICD_CTLR is read-only for all cells: its value at enable stays in force. */
static uint64_t read_other(const struct cell *cell, uint64_t offset)
{
	switch (offset) {
	case GICD_CTLR:
	case GICD_IIDR:
		return read32(gic.dist + offset);
	case GICD_TYPER2:
		return cell->id == BH_ROOT_CELL ? read32(gic.dist + offset) : 0;
	default:
		return offset >= GIC_ID_FIRST ? read32(gic.dist + offset) : 0;
	}
}

static bool __attribute__((noinline)) access_other(struct cell *cell, struct mmio_access *access)
{
	uint64_t offset = access->offset;
	int word = gic_bank_word(offset);

	if (word >= 0)
		return gic_bank_access(cell, gic.dist, (unsigned)word,
				       gic_own_spis(&cell->arch.gic, (unsigned)word), access);
	if (offset >= GICD_IROUTER && offset < GICD_IROUTER_END)
		access_route(cell, access);
	else if (!access->write)
		access->value = access->size == 4 ? read_other(cell, offset) : 0;
	else if (offset == GICD_SETSPI_NSR || offset == GICD_CLRSPI_NSR)
		write_message(cell, access);
	return true;
}

/* The fast path is for set and clear registers, which guests access while they run. */
bool gic_dist_mmio(struct cell *cell, struct mmio_access *access, void *context)
{
	unsigned word;

	(void)context;
	if (likely(gic_bank_is_bits(access->offset, &word)))
		return gic_bank_bits(cell, gic.dist, word, gic_own_spis(&cell->arch.gic, word),
				     access);
	if (access->offset == GICD_TYPER && !access->write && access->size == 4) {
		access->value = cell->arch.gic.typer;
		return true;
	}
	return access_other(cell, access);
}
