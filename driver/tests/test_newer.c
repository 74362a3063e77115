// SPDX-License-Identifier: GPL-2.0
/* CPUs with features that are newer than the hypervisor's list. */
#include <string.h>

#include "arch/arm64/newer.h"
#include "test.h"

static u64 values[4][8];

/* Returns how many fields are newer if this field, of S3_0_C0_C<m>_<op2>, has the value. */
static u32 newer_with(u32 m, u32 op2, u32 bit, u64 value)
{
	memset(values, 0, sizeof(values));
	values[m - 4][op2] = value << bit;
	return bhd_newer_of(values).fields;
}

TEST(features_of_the_list_are_known)
{
	CHECK_EQ(newer_with(4, 0, 32, 1), 0); /* SVE, which is hidden */
	CHECK_EQ(newer_with(6, 0, 20, 3), 0); /* ATOMIC, LSE128 */
	CHECK_EQ(newer_with(5, 0, 8, 9), 0);  /* PMUv3p9, shown as an earlier one */
	CHECK_EQ(newer_with(7, 0, 28, 15), 0);
	CHECK_EQ(newer_with(7, 3, 8, 1), 0);
}

TEST(newer_ones_are_counted_and_the_first_is_named)
{
	struct bhd_newer newer;

	CHECK_EQ(newer_with(6, 0, 20, 4), 1);
	CHECK_EQ(newer_with(4, 6, 0, 1), 1); /* a register that did not exist */
	values[0][0] = 2ull << 48;	     /* DIT */
	newer = bhd_newer_of(values);
	CHECK_EQ(newer.fields, 2);
	CHECK_EQ(newer.m, 4);
	CHECK_EQ(newer.op2, 0);
	CHECK_EQ(newer.bit, 48);
}
