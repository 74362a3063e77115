/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A CPU's system registers. Each has a value that nobody wrote (garbage of a seed) until it is
 * written. An access fails the test if no ID field announces the register, or if the firmware or
 * CPTR_EL2 keeps it from EL2.
 */
#ifndef SYSREGS_MODEL_H
#define SYSREGS_MODEL_H

#include "../../test.h"
#include <arch/sysreg.h>

/* Power on: all registers are garbage; ID registers are 0 but for what every CPU has. */
void model_power_on(uint64_t seed);

/* The CPU was off: all registers but the ID registers are garbage again, and not accessed yet. */
void model_lose_state(void);

/* Set a register without rules, or 4 bits of an ID register S3_0_C0_C<m>_<op2> from `bit` on. */
void model_set(const char *name, uint64_t value);
void model_announce(unsigned m, unsigned op2, unsigned bit, unsigned value);

/* Was the register accessed; was it written; its value. */
bool model_touched(const char *name);
bool model_written(const char *name);
uint64_t model_value(const char *name);

/* Fails the test unless buffers were drained between their stop and their end. */
void model_check_buffers(void);

/* The registers that an ID field announces, of the manual: called with each. */
struct announced {
	const char *name;
	unsigned m, op2, bit, least;
};
extern const struct announced model_announced[];
extern const unsigned model_announced_count;
bool model_is_announced(const struct announced *a);

#endif
