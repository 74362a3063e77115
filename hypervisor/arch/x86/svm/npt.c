// SPDX-License-Identifier: GPL-2.0
/*
 * Second stage: nested page tables (AMD64 APM volume 2, 15.25), in the format of long mode's.
 *
 * Memory types: nested entries have write-back, so that the guest's PAT and the machine's MTRRs
 * decide as without a hypervisor (15.25.8). MTRRs, which only root can write, make device registers
 * uncacheable.
 */
#include <arch/formats.h>

#define NPT_PRESENT BIT(0)
#define NPT_WRITE BIT(1)
#define NPT_USER BIT(2) /* nested walks are user accesses (15.25.5) */
#define NPT_ACCESSED BIT(5)
#define NPT_DIRTY BIT(6)
#define NPT_LARGE BIT(7)
#define NPT_DEVICE BIT(9) /* free for software: the region is a device's */
#define NPT_NX BIT(63)
#define NPT_LEAF (NPT_PRESENT | NPT_USER | NPT_ACCESSED | NPT_DIRTY)
#define NPT_ADDRESS 0x000ffffffffff000ull

/* Present entries are always readable. */
const struct pt_format npt_format = {
	.address_mask = NPT_ADDRESS,
	.valid = NPT_PRESENT,
	.table = NPT_PRESENT | NPT_WRITE | NPT_USER | NPT_ACCESSED,
	.kind = NPT_LARGE,
	.leaf = { NPT_LEAF, NPT_LEAF | NPT_LARGE },
	.with = { 0, NPT_WRITE, 0, NPT_DEVICE },
	.without = { 0, 0, NPT_NX, 0 },
};
