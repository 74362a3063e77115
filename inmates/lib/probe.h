/* SPDX-License-Identifier: GPL-2.0 */
/* Tries things that may fault, and survives them. */
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
 * Calls code (which ends in a return instruction) with the general registers
 * from regs, and stores them there when it returns. Returns true if an
 * exception ended it: then regs is unchanged and probe_fault() tells more.
 * Not from interrupt handlers, and not within a probe.
 */
bool probe_run(const void *code, uint64_t regs[PROBE_REGS]);

/* Runs one instruction (machine code) that way. */
bool probe_instruction(uint32_t instruction, uint64_t regs[PROBE_REGS]);

/* Accesses of 1, 2, 4 or 8 bytes; true if the access faulted. */
bool probe_read(uint64_t address, unsigned int bytes, uint64_t *value);
bool probe_write(uint64_t address, unsigned int bytes, uint64_t value);

/* x86: calls it; true if an exception ended it. */
bool probe_call(void (*function)(void *argument), void *argument);

/* Jumps there. Returns false only if something there returns. */
bool probe_fetch(uint64_t address);

const struct probe_fault *probe_fault(void);

/* In an interrupt handler: ends the probe that was interrupted, as a fault would. */
void probe_abandon(void);

#endif
