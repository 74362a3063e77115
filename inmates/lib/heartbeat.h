/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Liveness counters at a fixed address, HEARTBEAT_OFFSET bytes after the start
 * of the program's RAM. Tests read them from outside through the emulator.
 */
#ifndef INMATE_HEARTBEAT_H
#define INMATE_HEARTBEAT_H

#define HEARTBEAT_OFFSET 0x1000

#ifndef __ASSEMBLER__

#include <bulkhead/types.h>

#define HEARTBEAT_MAGIC 0x5441454254524148ull /* "HARTBEAT" */

/* Little endian, written in aligned 64-bit stores by the boot CPU. */
struct heartbeat {
	uint64_t magic;		  /* HEARTBEAT_MAGIC, also in the binary file */
	volatile uint64_t beats;  /* incremented while the program works */
	volatile uint64_t missed; /* rt-timer: periods missed */
	volatile uint64_t errors; /* errors that the program found; nonzero is a failure */
	volatile uint64_t time;	  /* time of the last beat, in clock ticks */
	volatile uint64_t max;	  /* rt-timer: largest latency, in clock ticks */
	volatile uint64_t detail; /* canary: address of the first bad word */
	uint64_t reserved;
};
BH_ASSERT_SIZE(struct heartbeat, 64);

extern struct heartbeat heartbeat;

/* Counts one beat and stores the current time. */
void heartbeat_beat(void);

#endif
#endif
