// SPDX-License-Identifier: GPL-2.0
/*
 * The bitmaps of MSRs whose accesses exit (AMD64 APM volume 2, 15.11; Intel SDM volume 3C, 25.6.9):
 * one for root, one for all cells.
 */
#include <arch/msr.h>
#include <arch/vm.h>
#include <hyp/arch.h>
#include <hyp/string.h>

#define BITMAP_BYTES 8192u /* VMX uses half of it */

static uint8_t root_bitmap[BITMAP_BYTES] __attribute__((aligned(4096)));
static uint8_t cell_bitmap[BITMAP_BYTES] __attribute__((aligned(4096)));

/* Ranges with MSRs that the policy names. Root has all other MSRs, a cell none. */
static const struct {
	uint32_t first, end;
} named[] = { { 0, 0x900 }, { 0xc0000000, 0xc0000200 }, { 0xc0010000, 0xc0010200 } };

static void fill(uint8_t *map, bool root)
{
	unsigned bit;

	memset(map, root ? 0 : 0xff, BITMAP_BYTES);
	for (unsigned range = 0; range < ARRAY_SIZE(named); range++)
		for (uint32_t msr = named[range].first; msr < named[range].end; msr++)
			for (int write = 0; write < 2; write++)
				if (msr_trapped(root, msr, write) == root &&
				    vm->msr_bit(msr, write, &bit))
					map[bit / 8] ^= (uint8_t)BIT(bit % 8);
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
