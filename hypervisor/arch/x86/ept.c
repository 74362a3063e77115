// SPDX-License-Identifier: GPL-2.0
/*
 * Second stage of VMX: extended page tables (Intel SDM volume 3C, 30.3).
 *
 * Memory types: of memory, MTRRs don't count below EPT (30.3.7.2). So entries say
 * write-back for memory and uncacheable for devices, and the guest's own PAT
 * decides further: also write-combining, where it asks for it.
 */
#include <arch/ept.h>

#define EPT_READ BIT(0)
#define EPT_WRITE BIT(1)
#define EPT_EXECUTE BIT(2)
#define EPT_TYPE(type) ((uint64_t)(type) << 3)
#define EPT_TYPE_UNCACHED EPT_TYPE(0)
#define EPT_TYPE_WRITE_BACK EPT_TYPE(6)
#define EPT_TYPE_MASK EPT_TYPE(7)
#define EPT_LARGE BIT(7)
#define EPT_ADDRESS 0x000ffffffffff000ull

/* Always readable: what can only be written is a misconfiguration (30.3.3.1). */
static uint64_t ept_leaf(paddr_t pa, unsigned attrs, unsigned level)
{
	uint64_t entry = pa | EPT_READ;

	if (attrs & PT_WRITE)
		entry |= EPT_WRITE;
	if (attrs & PT_EXECUTE)
		entry |= EPT_EXECUTE;
	entry |= attrs & PT_DEVICE ? EPT_TYPE_UNCACHED : EPT_TYPE_WRITE_BACK;
	return level ? entry | EPT_LARGE : entry;
}

static uint64_t ept_table(paddr_t pa)
{
	return pa | EPT_RIGHTS;
}

static bool ept_valid(uint64_t entry)
{
	return entry & EPT_RIGHTS;
}

static bool ept_is_table(uint64_t entry, unsigned level)
{
	return level && entry & EPT_RIGHTS && !(entry & EPT_LARGE);
}

static unsigned ept_attrs(uint64_t entry, unsigned level)
{
	unsigned attrs = PT_READ;

	(void)level;
	if (entry & EPT_WRITE)
		attrs |= PT_WRITE;
	if (entry & EPT_EXECUTE)
		attrs |= PT_EXECUTE;
	if ((entry & EPT_TYPE_MASK) == EPT_TYPE_UNCACHED)
		attrs |= PT_DEVICE;
	return attrs;
}

#define EPT_FORMAT(max_leaf)                                                               \
	{                                                                                  \
		.address_mask = EPT_ADDRESS, .max_leaf_level = max_leaf, .leaf = ept_leaf, \
		.table = ept_table, .valid = ept_valid, .is_table = ept_is_table,          \
		.attrs = ept_attrs,                                                        \
	}

/* By the largest page that the processor has: 1 GiB, 2 MiB, 4 KiB. */
const struct pt_format ept_format = EPT_FORMAT(2);
const struct pt_format ept_format_2m = EPT_FORMAT(1);
const struct pt_format ept_format_4k = EPT_FORMAT(0);
