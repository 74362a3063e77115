/* SPDX-License-Identifier: GPL-2.0 */
#ifndef INMATE_SELFTEST_STATE_H
#define INMATE_SELFTEST_STATE_H

#include <stdint.h>

struct fp_state {
	uint64_t q[64];
	uint64_t fpcr, fpsr;
};

/* Stores the floating-point registers, which no other code here uses. */
void selftest_fp_state(struct fp_state *state);

/* What selftest_second.S stores: x1..x30, and 1 in place of x0 when it is done. */
struct second_cpu {
	volatile uint64_t done;
	uint64_t regs[30];
	uint64_t sctlr;
	struct fp_state fp;
};

/* Checks that another CPU of the cell begins with nothing in its registers. */
void selftest_second_cpu(void);

#endif
