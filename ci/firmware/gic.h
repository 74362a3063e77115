/* SPDX-License-Identifier: GPL-2.0 */
/* GICv3 as firmware sets it up. */
#ifndef FIRMWARE_GIC_H
#define FIRMWARE_GIC_H

#include <stdbool.h>
#include "context.h"

/**
 * Sets up the distributor and all redistributors, and lets the secondary CPUs proceed. The
 * primary CPU calls it once.
 */
void gic_start(void);

/** Waits until gic_start() has set up this CPU's redistributor. */
void gic_wait_started(unsigned int cpu);

/** Sets up the executing CPU's interface. */
void gic_take_interface(void);

/** Whether the machine has this CPU. Valid after gic_start(). */
bool gic_has_cpu(unsigned int cpu);

/** Makes the executing CPU wait in WFI for gic_wake() and nothing else. */
void gic_expect_wake(unsigned int cpu);

/** Ends the WFI of a CPU. Any CPU may call it. */
void gic_wake(unsigned int cpu);

/** Takes the pending state of gic_wake() away. */
void gic_end_wake(unsigned int cpu);

/** Reports and ends a Secure interrupt: none is expected while a lower level executes. */
void gic_end_secure(struct context *context);

#endif
