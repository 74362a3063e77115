/* SPDX-License-Identifier: GPL-2.0 */
/* CPUs: off, on, and the way between. */
#ifndef FIRMWARE_CPU_H
#define FIRMWARE_CPU_H

#include <stdint.h>

enum cpu_state {
	CPU_IS_OFF,
	CPU_IS_PENDING,
	CPU_IS_ON
};

/** Returns the number of the executing CPU. */
unsigned int cpu_self(void);

/** Returns the number of the CPU of an affinity, or MAX_CPUS if there is none. */
unsigned int cpu_of_affinity(uint64_t mpidr);

enum cpu_state cpu_state(unsigned int cpu);

/**
 * Switches a CPU on that is off.
 * @entry: physical address of its first instruction at EL2
 * @argument: its x0
 * Returns its state before; the call had an effect if that was CPU_IS_OFF.
 */
enum cpu_state cpu_start(unsigned int cpu, uint64_t entry, uint64_t argument);

/** Switches the executing CPU off. */
_Noreturn void cpu_stop(void);

#endif
