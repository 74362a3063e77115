/* SPDX-License-Identifier: GPL-2.0 */
/* QEMU's fw_cfg device: kernel, initrd, and files of the command line. */
#ifndef FIRMWARE_FW_CFG_H
#define FIRMWARE_FW_CFG_H

#include <stdint.h>

#define FW_CFG_KERNEL_SIZE 0x08
#define FW_CFG_KERNEL_DATA 0x11
#define FW_CFG_INITRD_SIZE 0x0b
#define FW_CFG_INITRD_DATA 0x12

/**
 * Reads the beginning of an item.
 * @key: the item
 * @pa: Non-secure RAM, because the device's DMA is Non-secure
 * @size: bytes
 */
void fw_cfg_read(uint16_t key, uint64_t pa, uint32_t size);

/** Returns an item that is a 32-bit number. */
uint32_t fw_cfg_number(uint16_t key);

/**
 * Reads a file, if there is one of this name, and ends it with a zero.
 * @size: of the buffer; a longer file stops the machine
 * Returns the file's size, 0 if there is no such file.
 */
uint32_t fw_cfg_file(const char *name, char *buffer, uint32_t size);

#endif
