/* SPDX-License-Identifier: GPL-2.0 */
#ifndef INMATE_SELFTEST_STATE_H
#define INMATE_SELFTEST_STATE_H

#include <stdint.h>

struct fp_state {
	uint64_t q[64];
	uint64_t fpcr, fpsr;
};

/* Stores the floating-point registers, which no other code of the program uses. */
void selftest_fp_state(struct fp_state *state);

/* Written by selftest_second.S: x1..x30, and 1 in place of x0 at the end. */
struct second_cpu {
	volatile uint64_t done;
	uint64_t regs[30];
	uint64_t sctlr;
	struct fp_state fp;
};

/* Checks that the registers of another CPU of the cell are zero at its start. */
void selftest_second_cpu(void);

/* Checks the ID registers, and debug registers, that a cell sees. */
void selftest_id_list(void);
void selftest_debug(void);

#endif
