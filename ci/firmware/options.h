/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The firmware's switches: words NAME=NUMBER in the fw_cfg file opt/bulkhead/firmware. All
 * are 0 unless given; then the firmware is as kind as QEMU's own. docs/testing.md lists them.
 */
#ifndef FIRMWARE_OPTIONS_H
#define FIRMWARE_OPTIONS_H

#include <stdint.h>

enum option {
	OPT_FIQ,	 /* SCR_EL3.FIQ: Secure interrupts come to EL3 while Linux executes */
	OPT_DS,		 /* GICD_CTLR.DS: one security state */
	OPT_SGIS,	 /* mask of Secure SGIs */
	OPT_SPI,	 /* first Secure SPI, an INTID */
	OPT_SPIS,	 /* number of Secure SPIs */
	OPT_GROUP1S,	 /* Secure interrupts are in Group 1, not in Group 0 */
	OPT_GARBAGE,	 /* seed of what registers hold at a hand-over; 0: they are not touched */
	OPT_E2H,	 /* garbage sets HCR_EL2.E2H and TGE */
	OPT_APR,	 /* garbage includes the active priorities of list registers */
	OPT_DENY_OFF,	 /* how many calls of CPU_OFF each CPU is denied */
	OPT_SLOW_ON,	 /* milliseconds until CPU_ON takes effect */
	OPT_SLOW_OFF,	 /* and CPU_OFF */
	OPT_CLOBBER,	 /* calls clobber x4 to x17, and SMCCC is of version 1.0 */
	OPT_WORKAROUNDS, /* mask of ARCH_WORKAROUND_1, 2 and 3: those that are offered */
	OPT_TRAP,	 /* mask of TRAP_*: accesses that trap to EL3 */
	OPT_COUNT
};

#define TRAP_SVE 1
#define TRAP_AMU 2
#define TRAP_MPAM 4

/** Reads the switches. An unknown word stops the machine. The primary CPU calls it once. */
void options_read(void);

/** Returns the value of a switch. Any CPU may call it after options_read(). */
uint64_t option(enum option which);

#endif
