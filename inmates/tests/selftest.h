/* SPDX-License-Identifier: GPL-2.0 */
/* Groups of checks; each prints its own results. */
#ifndef INMATE_SELFTEST_H
#define INMATE_SELFTEST_H

#include "report.h"
#include <stdint.h>

/* Passes if found equals wanted; prints both. */
void expect(const char *name, uint64_t found, uint64_t wanted);

/* Architecture-specific. The first runs before any initialization. */
void selftest_reset_state(void);
void selftest_identification(void);
void selftest_firmware(void);
void selftest_interrupts(void);

#endif
