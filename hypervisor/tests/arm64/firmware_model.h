/* SPDX-License-Identifier: GPL-2.0 */
/* A model of EL3's firmware, and of what the core does for PSCI: records calls, answers as told. */
#ifndef FIRMWARE_MODEL_H
#define FIRMWARE_MODEL_H

#include <arch/regs.h>
#include <hyp/percpu.h>

struct firmware_model {
	unsigned calls;	      /* calls that reached the firmware */
	uint64_t x[18];	      /* x0 to x17 of the last one */
	uint64_t results[18]; /* of calls with all registers; firmware_call() returns results[0] */
	unsigned not_ready;   /* so many calls are answered by not_ready_answer first */
	int64_t not_ready_answer;
	uint64_t ticks;		  /* one passes with each call */
	unsigned waits;		  /* WFI executed */
	unsigned starts;	  /* cpu_start() calls */
	uint64_t entry, argument; /* of the last one */
	bool refuses_start, reports_off;
	unsigned offs, stops, resets; /* CPU_OFF, SYSTEM_OFF, SYSTEM_RESET of guests */
};
extern struct firmware_model firmware;

/* A guest's HVC or SMC. False: the call did not return. */
bool model_call(struct percpu *cpu, struct guest_regs *regs, bool smc);

#endif
