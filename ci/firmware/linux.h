/* SPDX-License-Identifier: GPL-2.0 */
/* Linux, started as a boot loader would. */
#ifndef FIRMWARE_LINUX_H
#define FIRMWARE_LINUX_H

#include <stdint.h>
#include "context.h"

/**
 * Loads kernel, initrd and device tree, and sets the registers of Linux's boot protocol
 * (Documentation/arch/arm64/booting.rst). The primary CPU calls it once.
 * Returns the kernel's entry.
 */
uint64_t linux_load(struct context *context);

#endif
