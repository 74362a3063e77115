// SPDX-License-Identifier: GPL-2.0
/* Formats that no image has yet: only data. */
#include "pt_formats.h"

/*
 * RISC-V privileged architecture, "Guest Physical Address Translation": the
 * entries are those of Sv39. The page number begins at bit 10; an entry with
 * any of R, W and X is a leaf. Each access is a user's, so U is set in leaves;
 * A and D are set, so hardware never sets them. PBMT (Svpbmt): the memory's own
 * type, or I/O.
 */
#define RV_V BIT(0)
#define RV_R BIT(1)
#define RV_W BIT(2)
#define RV_X BIT(3)
#define RV_U BIT(4)
#define RV_A BIT(6)
#define RV_D BIT(7)
#define RV_PBMT_IO BIT(62)
#define RV_LEAF (RV_V | RV_R | RV_U | RV_A | RV_D)

const struct pt_format riscv_g_format = {
	.address_mask = 0x003ffffffffffc00,
	.address_shift = 2,
	.valid = RV_V,
	.table = RV_V,
	.kind = RV_R | RV_W | RV_X,
	.leaf = { RV_LEAF, RV_LEAF },
	.with = { 0, RV_W, RV_X, RV_PBMT_IO },
};

/*
 * AMD I/O Virtualization Technology (48882), 2.2.3: the level of the table that
 * an entry points to is in bits 9 to 11, and 0 in a leaf. An access needs its
 * right in every level. Hardware ignores bits 1 and 2: they store attributes
 * that it doesn't have.
 */
#define AV_PR BIT(0)
#define AV_NEXT_LEVEL(n) ((uint64_t)(n) << 9)
#define AV_IR BIT(61)
#define AV_IW BIT(62)

const struct pt_format amdvi_format = {
	.address_mask = 0x000ffffffffff000,
	.valid = AV_PR,
	.table = AV_PR | AV_IR | AV_IW,
	.table_level = AV_NEXT_LEVEL(1),
	.kind = AV_NEXT_LEVEL(7),
	.leaf = { AV_PR | AV_IR, AV_PR | AV_IR },
	.with = { 0, AV_IW, BIT(1), BIT(2) },
};

/* Intel VT-d, 9.8: second-stage entries. Hardware ignores bit 52. */
#define VT_R BIT(0)
#define VT_W BIT(1)
#define VT_X BIT(2)
#define VT_PS BIT(7)

const struct pt_format vtd_format = {
	.address_mask = 0x000ffffffffff000,
	.valid = VT_R | VT_W,
	.table = VT_R | VT_W | VT_X,
	.kind = VT_PS,
	.leaf = { VT_R, VT_R | VT_PS },
	.with = { 0, VT_W, VT_X, BIT(52) },
};
