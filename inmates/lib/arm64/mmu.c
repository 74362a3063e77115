// SPDX-License-Identifier: GPL-2.0
/*
 * Identity map: 39-bit addresses, 4 KiB granule, 2 MiB blocks
 * below 4 GiB and 1 GiB blocks above (Arm DDI 0487, D8.3 "Translation table
 * descriptor formats"). Blocks that hold RAM are cached and executable.
 */
#include "cpu.h"
#include "info.h"
#include "machine.h"
#include "sysreg.h"

#define LEVEL1_SHIFT 30
#define LEVEL2_SHIFT 21
#define FINE_GIB 4
#define ENTRIES 512

#define DESC_BLOCK 0x1ull
#define DESC_TABLE 0x3ull
#define DESC_AF (1ull << 10)
#define DESC_INNER_SHAREABLE (3ull << 8)
#define DESC_NORMAL (1ull << 2) /* AttrIndx 1 */
#define DESC_NEVER_EXECUTE (3ull << 53)

#define MAIR_VALUE 0xff04ull /* 0: Device-nGnRE, 1: Normal write-back */
/* T0SZ 25, walks cached and inner shareable, no TTBR1. */
#define TCR_VALUE (25ull | 1ull << 8 | 1ull << 10 | 3ull << 12 | 1ull << 23)
#define TCR_IPS_SHIFT 32
#define SCTLR_M_C_I (1ull << 0 | 1ull << 2 | 1ull << 12)

void mmu_on(uint64_t unused, uint64_t sctlr, uint64_t ttbr0, uint64_t tcr, uint64_t mair);

static uint64_t level1[ENTRIES] __attribute__((aligned(4096)));
static uint64_t level2[FINE_GIB][ENTRIES] __attribute__((aligned(4096)));

static bool holds_ram(uint64_t start, uint64_t size)
{
	const struct bh_region *region = info()->regions;

	for (unsigned int i = 0; i < info()->n_regions && i < BH_MAX_REGIONS; i++, region++)
		if (region->type != BH_REGION_MMIO && region->guest < start + size &&
		    start < region->guest + region->size)
			return true;
	return false;
}

static uint64_t block(uint64_t start, uint64_t size)
{
	if (holds_ram(start, size))
		return start | DESC_NORMAL | DESC_INNER_SHAREABLE | DESC_AF | DESC_BLOCK;
	return start | DESC_NEVER_EXECUTE | DESC_AF | DESC_BLOCK;
}

static void fill_tables(void)
{
	for (uint64_t i = 0; i < FINE_GIB * ENTRIES; i++)
		level2[i / ENTRIES][i % ENTRIES] = block(i << LEVEL2_SHIFT, 1ull << LEVEL2_SHIFT);
	for (uint64_t i = 0; i < ENTRIES; i++)
		level1[i] = i < FINE_GIB ? (uint64_t)level2[i] | DESC_TABLE
					 : block(i << LEVEL1_SHIFT, 1ull << LEVEL1_SHIFT);
	dsb();
}

void mmu_enable(void)
{
	uint64_t pa_range = sysreg_read(id_aa64mmfr0_el1) & 0xf;

	if (!level1[0])
		fill_tables();
	mmu_on(0, sysreg_read(sctlr_el1) | SCTLR_M_C_I, (uint64_t)level1,
	       TCR_VALUE | (pa_range < 5 ? pa_range : 5) << TCR_IPS_SHIFT, MAIR_VALUE);
}
