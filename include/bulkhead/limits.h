/* SPDX-License-Identifier: GPL-2.0 */
/* Versions and limits of the ABI. */
#ifndef BULKHEAD_LIMITS_H
#define BULKHEAD_LIMITS_H

/* Version of all headers in this directory; both sides must have exactly the same. The assembler
 * reads these two lines, too: no suffix. */
#define BH_ABI_MAJOR 1
#define BH_ABI_MINOR 7
#define BH_ABI_VERSION (BH_ABI_MAJOR << 16 | BH_ABI_MINOR)

#define BH_ARCH_ARM64 1u
#define BH_ARCH_X86 2u
#define BH_ARCH_RISCV64 3u
#define BH_ARCH_FAKE 255u

#define BH_PAGE_SIZE 4096u
#define BH_MAX_CPUS 64u	      /* CPUs of a machine: a set of CPUs is a 64-bit mask */
#define BH_MAX_CELLS 32u      /* cells at one time, the root cell (id 0) included */
#define BH_MAX_REGIONS 64u    /* memory regions of one cell */
#define BH_MAX_IRQ_RANGES 32u /* ranges of one cell, each for interrupts, ports and PCI functions */
#define BH_MAX_SHARED 31u     /* named shared regions of one cell; root lists all of the system */
#define BH_NAME_SIZE 32u      /* bytes of a name, with its terminating NUL */
#define BH_ARGS_SIZE 256u     /* bytes of a cell's command line, with NUL */

#define BH_ROOT_CELL 0u		  /* id of the root cell */
#define BH_OWNER_NONE 0xffffffffu /* listed in no config */
#define BH_OWNER_HYPERVISOR 0xfffffffeu

#endif
