/* SPDX-License-Identifier: GPL-2.0 */
/* Calls from lower exception levels (SMC Calling Convention, Arm DEN 0028). */
#ifndef FIRMWARE_SMCCC_H
#define FIRMWARE_SMCCC_H

#include "context.h"

#define SMCCC_VERSION 0x80000000

/** Serves an SMC: changes the context as the caller is to find it. */
void smccc_call(struct context *context);

#endif
