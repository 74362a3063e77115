/* SPDX-License-Identifier: GPL-2.0 */
/* Groups of checks; each reports for itself. */
#ifndef INMATE_SELFTEST_H
#define INMATE_SELFTEST_H

#include "report.h"
#include <stdint.h>

/* Passes if "found" is what is wanted; says both. */
void expect(const char *name, uint64_t found, uint64_t wanted);

/* Of the architecture. The first is called before anything is initialized. */
void selftest_reset_state(void);
void selftest_identification(void);
void selftest_firmware(void);
void selftest_interrupts(void);

#endif
