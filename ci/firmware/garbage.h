/* SPDX-License-Identifier: GPL-2.0 */
/* What registers hold at a hand-over that the PSCI specification leaves UNKNOWN. */
#ifndef FIRMWARE_GARBAGE_H
#define FIRMWARE_GARBAGE_H

#include <stdint.h>
#include "context.h"

/** Returns the next number of this CPU's sequence, which begins with the seed. */
uint64_t garbage(void);

/** Fills x1 to x30 of a context, if the switch "garbage" is on. */
void garbage_general(struct context *context);

/**
 * Fills the executing CPU's registers of EL2 and EL1, if the switch "garbage" is on. What PSCI
 * (DEN 0022, 6.4) and Linux's boot protocol promise stays: MMU and caches off at EL2.
 */
void garbage_fill(void);

#endif
