// SPDX-License-Identifier: GPL-2.0
/*
 * Second stage: nested page tables (AMD64 APM volume 2, 15.25), in the format
 * of long mode's.
 *
 * Memory types: nested entries say write-back, so that the guest's own PAT and
 * the machine's MTRRs decide as they do without a hypervisor (15.25.8); device
 * registers are uncacheable by the MTRRs, which only root can write.
 */
#include <arch/npt.h>

#define NPT_WRITE BIT(1)
#define NPT_USER BIT(2) /* nested walks are user accesses (15.25.5) */
#define NPT_ACCESSED BIT(5)
#define NPT_DIRTY BIT(6)
#define NPT_LARGE BIT(7)
#define NPT_DEVICE BIT(9) /* free for software: the region is a device's */
#define NPT_NX BIT(63)
#define NPT_ADDRESS 0x000ffffffffff000ull

static uint64_t npt_leaf(paddr_t pa, unsigned attrs, unsigned level)
{
	uint64_t entry = pa | NPT_PRESENT | NPT_USER | NPT_ACCESSED | NPT_DIRTY;

	if (attrs & PT_WRITE)
		entry |= NPT_WRITE;
	if (!(attrs & PT_EXECUTE))
		entry |= NPT_NX;
	if (attrs & PT_DEVICE)
		entry |= NPT_DEVICE;
	return level ? entry | NPT_LARGE : entry;
}

static uint64_t npt_table(paddr_t pa)
{
	return pa | NPT_PRESENT | NPT_WRITE | NPT_USER | NPT_ACCESSED;
}

static bool npt_valid(uint64_t entry)
{
	return entry & NPT_PRESENT;
}

static bool npt_is_table(uint64_t entry, unsigned level)
{
	return level && (entry & (NPT_LARGE | NPT_PRESENT)) == NPT_PRESENT;
}

/* What is present can be read. */
static unsigned npt_attrs(uint64_t entry, unsigned level)
{
	unsigned attrs = PT_READ;

	(void)level;
	if (entry & NPT_WRITE)
		attrs |= PT_WRITE;
	if (!(entry & NPT_NX))
		attrs |= PT_EXECUTE;
	if (entry & NPT_DEVICE)
		attrs |= PT_DEVICE;
	return attrs;
}

#define NPT_FORMAT(max_leaf)                                                               \
	{                                                                                  \
		.address_mask = NPT_ADDRESS, .max_leaf_level = max_leaf, .leaf = npt_leaf, \
		.table = npt_table, .valid = npt_valid, .is_table = npt_is_table,          \
		.attrs = npt_attrs,                                                        \
	}

const struct pt_format npt_format = NPT_FORMAT(2);

/* Without 1 GiB pages (CPUID 8000_0001, EDX bit 26: Page1GB). */
const struct pt_format npt_format_2m = NPT_FORMAT(1);
