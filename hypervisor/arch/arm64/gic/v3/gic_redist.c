// SPDX-License-Identifier: GPL-2.0
/*
 * Redistributors as a cell sees them (IHI 0069H 12.10, 12.11). Root: all where
 * they are; those of CPUs that aren't its own show what they are, and nothing
 * else. Other cells: those of their CPUs, one after the other.
 *
 * SGI 15 and the maintenance interrupt are the hypervisor's on every CPU and
 * hidden. SGIs 0 to 14 are the guest's in both delivery modes: what it sends
 * is filtered, then sent as such.
 */
#include <arch/gic_hw.h>
#include <hyp/arch.h>

#define SGIS ((1u << GIC_KICK_SGI) - 1)

static uint64_t frame_stride(const struct cell *cell)
{
	return cell->id == BH_ROOT_CELL ? gic.redist_stride : GICR_FRAMES;
}

/* The cell's CPU whose frames these are, or NULL. */
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

/* What a cell is told of its n-th CPU: affinity, number n, last or not, no LPIs. */
static uint64_t cell_typer(const struct cell *cell, const struct percpu *cpu)
{
	uint64_t n = cpu->arch.gic.frame / GICR_FRAMES;
	uint64_t affinity = read64(gic_rd_frame(cpu) + GICR_TYPER) >> 32;
	bool last = n + 1 == cell->arch.gic.n_cpus;

	return affinity << 32 | n << 8 | (last ? GICR_TYPER_LAST : 0);
}

/* A 64-bit register, or the half of it that was asked for. */
static uint64_t read_part(uint64_t value, const struct mmio_access *access)
{
	return access->size == 8 ? value : (uint32_t)(value >> (access->offset & 4 ? 32 : 0));
}

/* Identification: harmless for everyone. */
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

/*
 * GICR_PROPBASER, GICR_PENDBASER, whole or by halves: not while the tables are
 * in use (12.10.16, 12.10.17); what they say is checked when LPIs are enabled.
 */
static void write_table(uint8_t *rd, uint64_t offset, const struct mmio_access *access)
{
	if (lpis_enabled(rd))
		return;
	if (access->size == 8)
		write64(rd + offset, access->value);
	else
		write32(rd + offset, (uint32_t)access->value);
}

static void write_ctlr(uint8_t *rd, uint64_t value)
{
	if (!lpis_enabled(rd) && value & GICR_CTLR_ENABLE_LPIS &&
	    !gic_lpi_tables_ok(read64(rd + GICR_PROPBASER), read64(rd + GICR_PENDBASER)))
		value &= ~GICR_CTLR_ENABLE_LPIS;
	write32(rd + GICR_CTLR, (uint32_t)value);
}

/* LPIs are root's. Only a CPU itself programs its tables, so that none changes after the check. */
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
		if (cpu == this_cpu())
			write_table(rd, offset, access);
		break;
	case GICR_SETLPIR:
	case GICR_CLRLPIR:
	case GICR_INVLPIR:
	case GICR_INVALLR:
		if (access->size == 8)
			write64(rd + offset, access->value);
		else
			write32(rd + offset, (uint32_t)access->value);
		break;
	}
}

static uint64_t read_root(const uint8_t *rd, uint64_t offset, const struct mmio_access *access)
{
	switch (ALIGN_DOWN(offset, 8ull)) {
	case GICR_TYPER:
	case GICR_PROPBASER:
	case GICR_PENDBASER:
		return read_part(read64(rd + ALIGN_DOWN(offset, 8ull)), access);
	}
	return offset == GICR_CTLR || offset == GICR_SYNCR ? read32(rd + offset) : 0;
}

/* GICR_WAKER reads as awake: the hypervisor wakes it. Of GICR_CTLR a cell sees whether its writes
 * had their effect. */
static uint64_t read_cell(const struct cell *cell, const struct percpu *cpu, uint64_t offset,
			  const struct mmio_access *access)
{
	if (ALIGN_DOWN(offset, 8ull) == GICR_TYPER)
		return read_part(cell_typer(cell, cpu), access);
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

/* The private interrupts that a cell has on each of its CPUs. */
static uint32_t own_private(const struct cell *cell)
{
	return SGIS | cell->arch.gic.ppis;
}

/* access->offset: inside the SGI frame. */
static bool access_sgi(const struct cell *cell, struct percpu *cpu, struct mmio_access *access)
{
	uint64_t offset = access->offset;

	if (gic_bank_word(offset) == 0)
		return gic_bank_access(cell, gic_sgi_frame(cpu), 0, own_private(cell), access);
	if (!access->write && !read_id(gic_sgi_frame(cpu), offset, access))
		access->value = 0;
	return true;
}

/* Frames of a CPU that root doesn't have: enough that it finds its way through them. */
static bool access_foreign(uint64_t frame, uint64_t offset, struct mmio_access *access)
{
	const uint8_t *rd = gic.redists + frame;

	if (frame / gic.redist_stride >= gic.redist_count)
		return false;
	if (access->write)
		return true;
	access->value = 0;
	if (ALIGN_DOWN(offset, 8ull) == GICR_TYPER)
		access->value = read_part(read64(rd + GICR_TYPER), access);
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

/* A CPU's own private interrupts first: what guests do while they run. */
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
