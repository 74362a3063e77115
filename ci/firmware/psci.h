/* SPDX-License-Identifier: GPL-2.0 */
/* PSCI 1.1 (Arm DEN 0022). */
#ifndef FIRMWARE_PSCI_H
#define FIRMWARE_PSCI_H

#include <stdbool.h>
#include <stdint.h>
#include "context.h"

/** Whether a function identifier is one of PSCI's. */
bool psci_owns(uint32_t function);

/** Serves a call of PSCI; returns x0. CPU_OFF and the ends of the system do not return. */
int64_t psci_call(const struct context *context);

#endif
