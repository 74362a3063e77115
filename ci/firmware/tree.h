/* SPDX-License-Identifier: GPL-2.0 */
/* The device tree for Linux. */
#ifndef FIRMWARE_TREE_H
#define FIRMWARE_TREE_H

#include <stdint.h>

/**
 * Copies QEMU's tree from QEMU_TREE to TREE and adds what firmware adds: the PSCI node, the
 * enable-method of each CPU, and where the initrd is.
 * @initrd_bytes: 0: there is no initrd
 */
void tree_make(uint32_t initrd_bytes);

#endif
