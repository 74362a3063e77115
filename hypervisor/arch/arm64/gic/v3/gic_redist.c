// SPDX-License-Identifier: GPL-2.0
/*
 * The redistributors as a cell sees them (IHI 0069H 12.10, 12.11). Root sees all
 * of them at their addresses, but only the identification of those of other
 * cells' CPUs. Other cells see the redistributors of their own CPUs, one after
 * the other.
 *
 * SGI 15 and the maintenance interrupt belong to the hypervisor on every CPU and
 * are hidden. SGIs 0 to 14 belong to the guest; gic_send_sgi() restricts their
 * targets to the guest's cell.
 */
#include <arch/gic_emulation.h>
#include <hyp/arch.h>

#define SGIS ((1u << GIC_KICK_SGI) - 1)

static uint64_t frame_stride(const struct cell *cell)
{
	return cell->id == BH_ROOT_CELL ? gic.redist_stride : GICR_FRAMES;
}

/* The CPU of the cell whose redistributor frames begin at this offset, or NULL. */
static struct percpu *frame_owner(const struct cell *cell, uint64_t frame)
{
	struct percpu *cpu = this_cpu();
	unsigned i;

	if (likely(cpu->arch.gic.frame == frame))
		return cpu;
	for_each_cpu (i, cell->cpus)
		if (percpu_of(i)->arch.gic.frame == frame)
			return percpu_of(i);
	return NULL;
}

/* GICR_TYPER of the cell's n-th CPU: affinity, processor number n, Last; no LPIs. */
static uint64_t cell_typer(const struct cell *cell, const struct percpu *cpu)
{
	uint64_t n = cpu->arch.gic.frame / GICR_FRAMES;
	uint64_t affinity = read64(gic_rd_frame(cpu) + GICR_TYPER) >> 32;
	bool last = n + 1 == cell->arch.gic.n_cpus;

	return affinity << 32 | n << 8 | (last ? GICR_TYPER_LAST : 0);
}

/* Identification registers, which every cell may read; false: not one of them. */
static bool read_id(const uint8_t *frame, uint64_t offset, struct mmio_access *access)
{
	if (offset != GICR_IIDR && offset < GIC_ID_FIRST)
		return false;
	access->value = access->size == 4 ? read32(frame + offset) : 0;
	return true;
}

static bool lpis_enabled(const uint8_t *rd)
{
	return read32(rd + GICR_CTLR) & GICR_CTLR_ENABLE_LPIS;
}

/* Root's write of GICR_CTLR. It enables LPIs only if the tables of LPIs lie in root's RAM. */
static void write_ctlr(uint8_t *rd, uint64_t value)
{
	if (!lpis_enabled(rd) && value & GICR_CTLR_ENABLE_LPIS &&
	    !gic_lpi_tables_ok(read64(rd + GICR_PROPBASER), read64(rd + GICR_PENDBASER)))
		value &= ~GICR_CTLR_ENABLE_LPIS;
	write32(rd + GICR_CTLR, (uint32_t)value);
}

/*
 * Root uses LPIs. GICR_PROPBASER and GICR_PENDBASER can't be written while LPIs
 * are enabled (12.10.16, 12.10.17); write_ctlr() checks them. They and GICR_CTLR
 * can only be written from the CPU itself, so that they don't change after the
 * check.
 */
static void write_root(struct percpu *cpu, uint64_t offset, const struct mmio_access *access)
{
	uint8_t *rd = gic_rd_frame(cpu);

	switch (offset) {
	case GICR_CTLR:
		if (cpu == this_cpu())
			write_ctlr(rd, access->value);
		break;
	case GICR_PROPBASER:
	case GICR_PROPBASER + 4:
	case GICR_PENDBASER:
	case GICR_PENDBASER + 4:
		if (cpu == this_cpu() && !lpis_enabled(rd))
			gic_write_through(rd + offset, access);
		break;
	case GICR_SETLPIR:
	case GICR_CLRLPIR:
	case GICR_INVLPIR:
	case GICR_INVALLR:
		gic_write_through(rd + offset, access);
		break;
	}
}

static uint64_t read_root(const uint8_t *rd, uint64_t offset, const struct mmio_access *access)
{
	switch (ALIGN_DOWN(offset, 8ull)) {
	case GICR_TYPER:
	case GICR_PROPBASER:
	case GICR_PENDBASER:
		return gic_read_part(read64(rd + ALIGN_DOWN(offset, 8ull)), access);
	}
	return offset == GICR_CTLR || offset == GICR_SYNCR ? read32(rd + offset) : 0;
}

/* GICR_WAKER reads as awake: the hypervisor wakes redistributors. GICR_CTLR reads RWP only. */
static uint64_t read_cell(const struct cell *cell, const struct percpu *cpu, uint64_t offset,
			  const struct mmio_access *access)
{
	if (ALIGN_DOWN(offset, 8ull) == GICR_TYPER)
		return gic_read_part(cell_typer(cell, cpu), access);
	return offset == GICR_CTLR ? read32(gic_rd_frame(cpu) + offset) & GICR_CTLR_RWP : 0;
}

static void access_rd(const struct cell *cell, struct percpu *cpu, uint64_t offset,
		      struct mmio_access *access)
{
	bool root = cell->id == BH_ROOT_CELL;

	if (access->size < 4 || (!access->write && read_id(gic_rd_frame(cpu), offset, access)))
		return;
	if (!access->write)
		access->value = root ? read_root(gic_rd_frame(cpu), offset, access)
				     : read_cell(cell, cpu, offset, access);
	else if (root)
		write_root(cpu, offset, access);
}

/* The SGIs and PPIs that a cell owns on each of its CPUs. */
static uint32_t own_private(const struct cell *cell)
{
	return SGIS | cell->arch.gic.ppis;
}

/* access->offset is relative to the SGI frame. */
static bool access_sgi(const struct cell *cell, struct percpu *cpu, struct mmio_access *access)
{
	uint64_t offset = access->offset;

	if (gic_bank_word(offset) == 0)
		return gic_bank_access(cell, gic_sgi_frame(cpu), 0, own_private(cell), access);
	if (!access->write && !read_id(gic_sgi_frame(cpu), offset, access))
		access->value = 0;
	return true;
}

/* Frames of a CPU that isn't root's: GICR_TYPER and identification, so that root can walk past. */
static bool access_foreign(uint64_t frame, uint64_t offset, struct mmio_access *access)
{
	const uint8_t *rd = gic.redists + frame;

	if (frame / gic.redist_stride >= gic.redist_count)
		return false;
	if (access->write)
		return true;
	access->value = 0;
	if (ALIGN_DOWN(offset, 8ull) == GICR_TYPER)
		access->value = gic_read_part(read64(rd + GICR_TYPER), access);
	else if (offset < GICR_FRAMES)
		read_id(rd + ALIGN_DOWN(offset, GIC_FRAME_SIZE), offset & (GIC_FRAME_SIZE - 1),
			access);
	return true;
}

static bool __attribute__((noinline))
access_other(struct cell *cell, uint64_t frame, struct mmio_access *access)
{
	uint64_t offset = access->offset;
	struct percpu *cpu = frame_owner(cell, frame);

	if (!cpu)
		return access_foreign(frame, offset, access);
	if (offset < GICR_SGI_FRAME) {
		access_rd(cell, cpu, offset, access);
	} else if (offset < GICR_FRAMES) {
		access->offset -= GICR_SGI_FRAME;
		return access_sgi(cell, cpu, access);
	} else if (!access->write) {
		access->value = 0;
	}
	return true;
}

/* The fast path is for set and clear registers of the calling CPU's own frame: guests access these
 * often while they run. */
bool gic_redist_mmio(struct cell *cell, struct mmio_access *access, void *context)
{
	struct percpu *cpu = this_cpu();
	uint64_t offset = access->offset & (frame_stride(cell) - 1);
	uint64_t frame = access->offset - offset;
	unsigned word;

	(void)context;
	access->offset = offset;
	if (likely(cpu->arch.gic.frame == frame && offset >= GICR_SGI_FRAME &&
		   gic_bank_is_bits(offset - GICR_SGI_FRAME, &word) && !word)) {
		access->offset = offset - GICR_SGI_FRAME;
		return gic_bank_bits(cell, gic_sgi_frame(cpu), 0, own_private(cell), access);
	}
	return access_other(cell, frame, access);
}
