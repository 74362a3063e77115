/* SPDX-License-Identifier: GPL-2.0 */
/*
 * EL2's address space (48 bits). The image is linked at HYP_VA, where the
 * hypervisor's region is mapped linearly. The image is also mapped at its
 * physical addresses, so that a CPU can switch its MMU on and off.
 */
#ifndef ARCH_LAYOUT_H
#define ARCH_LAYOUT_H

#define HYP_VA 0x0000800000000000    /* the hypervisor's region, below 512 MiB */
#define HYP_REGION_MAX 0x20000000    /* bytes */
#define DEVICE_VA 0x0000800020000000 /* device registers, at the low bits of their addresses */
#define DEVICE_WINDOW 0x10000000
#define PRIVATE_VA 0x000080003fe00000	  /* 2 MiB: stacks of the CPUs, then their windows */
#define STACK_STRIDE 0x2000		  /* a guard page, then the stack's page */
#define WINDOW_VA (PRIVATE_VA + 0x100000) /* two pages of each CPU map guests' memory */

#define GUEST_REGS_SIZE 272 /* struct guest_regs, at the stack's top */

/* Offsets that entry.S uses; boot.c asserts them. */
#define SYSTEM_N_CPUS 68
#define SYSTEM_CPUS 392
#define BOOT_CPUS 8
#define BOOT_TIMEOUT 16

/* Translation regime of EL2 (DDI 0487 D17.2): MAIR index 0 normal write-back, 1 Device-nGnRE. */
#define MAIR_EL2_VALUE 0x04ff
/* SCTLR_EL2: RES1 bits, M, C, SA, I, WXN */
#define SCTLR_EL2_VALUE (0x30c50830 | 1 << 0 | 1 << 2 | 1 << 3 | 1 << 12 | 1 << 19)
/* TCR_EL2: T0SZ 16, walks write-back write-allocate and inner shareable, 4 KiB granule, RES1 bits.
 * entry.S adds the field PS. */
#define TCR_EL2_VALUE (1 << 31 | 1 << 23 | 3 << 12 | 1 << 10 | 1 << 8 | 16)

#endif
