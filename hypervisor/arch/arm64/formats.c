// SPDX-License-Identifier: GPL-2.0
/* Formats of page tables. Device and uncached memory is always outer shareable, whatever SH says. */
#include <arch/formats.h>

#define S2_NORMAL (0xfull << 2)	   /* MemAttr: normal, write-back, inner and outer */
#define S2_DEVICE (0x1ull << 2)	   /* MemAttr: Device-nGnRE */
#define S2_NORMAL_NC (0x5ull << 2) /* MemAttr: normal, not cacheable, inner and outer */
#define S2_READ BIT(6)
#define S2_WRITE BIT(7)
#define S2_LEAF (PTE_VALID | PTE_AF)

/* EL2's first stage: mapped memory is always readable. */
const struct pt_format el2_format = {
	.address_mask = PTE_ADDRESS,
	.valid = PTE_VALID,
	.table = PTE_VALID | PTE_TABLE,
	.kind = PTE_TABLE,
	.leaf = { S1_LEAF | PTE_TABLE, S1_LEAF },
	.with = { 0, 0, 0, S1_DEVICE },
	.without = { 0, S1_READ_ONLY, PTE_XN, 0 },
};

#define STAGE2(device)                                                                           \
	{                                                                                        \
		.address_mask = PTE_ADDRESS, .valid = PTE_VALID, .table = PTE_VALID | PTE_TABLE, \
		.kind = PTE_TABLE, .leaf = { S2_LEAF | PTE_TABLE, S2_LEAF },                     \
		.with = { S2_READ, S2_WRITE, 0, device },                                        \
		.without = { 0, 0, PTE_XN, S2_NORMAL | PTE_SH_INNER },                           \
	}

const struct pt_format s2_format = STAGE2(S2_DEVICE);

/*
 * Root's devices have the type that Linux gives them, at most Normal-NC: of both stages' types the
 * stricter one counts (D8.5.5), so what Linux maps as Device stays Device. With Device here, frame
 * buffers and other write-combining BARs would be Device: slow, and unaligned accesses fault.
 */
const struct pt_format s2_root_format = STAGE2(S2_NORMAL_NC);
