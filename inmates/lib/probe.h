/* SPDX-License-Identifier: GPL-2.0 */
/* Accesses and instructions that may fault; the program continues after a fault. */
#ifndef INMATE_PROBE_H
#define INMATE_PROBE_H

#include <stdbool.h>
#include <stdint.h>

#define PROBE_REGS 30 /* general registers that a probe sets and reads back */

/* The exception that ended the calling CPU's last probe that faulted. */
struct probe_fault {
	uint64_t syndrome; /* arm64: ESR_EL1; x86: the error code */
	uint64_t address;  /* arm64: FAR_EL1; x86: CR2 */
	uint64_t pc;
	uint64_t kind; /* index of the vector */
};

/*
 * Loads the general registers from regs, calls code (which ends in a return
 * instruction) and stores the registers to regs. Returns true if an exception
 * ended it: then regs is unchanged and probe_fault() returns the exception.
 * Must not be called from an interrupt handler or within a probe.
 */
bool probe_run(const void *code, uint64_t regs[PROBE_REGS]);

/* Like probe_run() for a single instruction, given as machine code. */
bool probe_instruction(uint32_t instruction, uint64_t regs[PROBE_REGS]);

/* Access 1, 2, 4 or 8 bytes of memory. Return true if the access faulted. */
bool probe_read(uint64_t address, unsigned int bytes, uint64_t *value);
bool probe_write(uint64_t address, unsigned int bytes, uint64_t value);

/* x86: calls function; true if an exception ended it. */
bool probe_call(void (*function)(void *argument), void *argument);

/* Calls address. Returns false only if code there returns. */
bool probe_fetch(uint64_t address);

const struct probe_fault *probe_fault(void);

/* Called in an interrupt handler: ends the interrupted probe like a fault. */
void probe_abandon(void);

#endif
