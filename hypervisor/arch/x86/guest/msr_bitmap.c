// SPDX-License-Identifier: GPL-2.0
/*
 * The bitmaps of MSRs whose accesses exit (AMD64 APM volume 2, 15.11; Intel SDM volume 3C, 25.6.9):
 * one for root, one for all cells.
 */
#include <arch/apic.h>
#include <arch/features.h>
#include <arch/msr.h>
#include <arch/vm.h>
#include <hyp/arch.h>
#include <hyp/string.h>

#define BITMAP_BYTES 8192u /* VMX uses half of it */

static uint8_t root_bitmap[BITMAP_BYTES] __attribute__((aligned(4096)));
static uint8_t cell_bitmap[BITMAP_BYTES] __attribute__((aligned(4096)));

/* Makes the bit of an access differ from the map's default. */
static void flip(uint8_t *map, bool root, uint32_t msr, bool write)
{
	uint8_t mask;
	unsigned bit;

	if (!vm->msr_bit(msr, write, &bit))
		return;
	mask = (uint8_t)BIT(bit % 8);
	map[bit / 8] = root ? map[bit / 8] | mask : map[bit / 8] & (uint8_t)~mask;
}

static void fill_row(uint8_t *map, bool root, const struct msr_row *row)
{
	unsigned rights = msr_rights(row, root);

	for (int write = 0; write < 2; write++)
		for (unsigned n = 0; msr_exits(rights, root, write) == root && n < row->count; n++)
			flip(map, root, row->first + n * row->step, write);
}

/* By default, root has an MSR and a cell doesn't: rows of the table and the APIC's MSRs differ. */
static void fill(uint8_t *map, bool root)
{
	memset(map, root ? 0 : 0xff, BITMAP_BYTES);
	for (uint32_t msr = APIC_MSR(0); msr < APIC_MSR_END; msr++)
		for (int write = 0; write < 2; write++)
			if (apic_msr_trapped(root, msr, write) == root)
				flip(map, root, msr, write);
	for (unsigned i = 0; i < msr_row_count; i++)
		fill_row(map, root, &msr_rows[i]);
}

void msr_bitmap_init(void)
{
	fill(root_bitmap, true);
	fill(cell_bitmap, false);
}

paddr_t msr_bitmap(const struct cell *cell)
{
	return ptr_to_phys(cell->id == BH_ROOT_CELL ? root_bitmap : cell_bitmap);
}
