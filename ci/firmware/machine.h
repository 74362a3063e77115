/* SPDX-License-Identifier: GPL-2.0 */
/* Addresses of QEMU's virt machine with secure=on (QEMU's hw/arm/virt.c). */
#ifndef FIRMWARE_MACHINE_H
#define FIRMWARE_MACHINE_H

#define GICD_BASE 0x08000000ul
#define GICR_BASE 0x080a0000ul
#define GICR_FRAMES 0x20000ul /* the frames of one CPU */
#define FW_CFG_BASE 0x09020000ul
#define SECURE_UART_BASE 0x09040000ul
#define SECURE_GPIO_BASE 0x090b0000ul
#define GPIO_POWER_OFF 0
#define GPIO_RESET 1

/* Non-secure RAM. QEMU leaves the device tree at the beginning. */
#define QEMU_TREE 0x40000000ul
#define KERNEL 0x40400000ul
#define DMA_BLOCK 0x47d00000ul
#define TREE 0x47e00000ul
#define TREE_END 0x48000000ul
#define INITRD 0x48000000ul

#endif
