// SPDX-License-Identifier: GPL-2.0
/*
 * Second stage of VMX: extended page tables (Intel SDM volume 3C, 30.3).
 *
 * Memory types: EPT replaces the MTRRs (30.3.7.2). Cells' entries have write-back for memory and
 * uncacheable for devices, root's have what the MTRRs said (mtrr.c); the guest's PAT can select
 * another type, as write-combining.
 */
#include <arch/formats.h>

#define EPT_READ BIT(0)
#define EPT_WRITE BIT(1)
#define EPT_EXECUTE BIT(2)
#define EPT_TYPE(type) ((uint64_t)(type) << 3)
#define EPT_TYPE_UNCACHED EPT_TYPE(0)
#define EPT_TYPE_WRITE_BACK EPT_TYPE(6)
#define EPT_LARGE BIT(7)
#define EPT_ADDRESS 0x000ffffffffff000ull

/* Valid entries are always readable: a writable entry that isn't readable is a misconfiguration
 * (30.3.3.1). */
const struct pt_format ept_format = {
	.address_mask = EPT_ADDRESS,
	.valid = EPT_READ | EPT_WRITE | EPT_EXECUTE,
	.table = EPT_READ | EPT_WRITE | EPT_EXECUTE,
	.kind = EPT_LARGE,
	.leaf = { EPT_READ, EPT_READ | EPT_LARGE },
	.with = { 0, EPT_WRITE, EPT_EXECUTE, EPT_TYPE_UNCACHED },
	.without = { 0, 0, 0, EPT_TYPE_WRITE_BACK },
};
