/* SPDX-License-Identifier: GPL-2.0 */
/* CPU features that the hypervisor's list doesn't know. Needs no kernel: tests include it. */
#ifndef BULKHEAD_ARM64_NEWER_H
#define BULKHEAD_ARM64_NEWER_H

#include <linux/types.h>

/* Fields of ID registers that hold more than what the list knows; cells don't see them. */
struct bhd_newer {
	u32 fields; /* how many */
	u8 m, op2;  /* the first: S3_0_C0_C<m>_<op2>, from this bit on */
	u8 bit;
};

/* ID_AA64*: S3_0_C0_C<4 + i>_<j> in values[i][j]. */
struct bhd_newer bhd_newer_of(const u64 (*values)[8]);

#endif
