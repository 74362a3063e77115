/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Measured sequences. All return cycles of PMCCNTR_EL0. Between the two readings
 * are an ISB, the measured instructions (for device accesses also a DSB) and an
 * ISB. The second reading counts too.
 */
#ifndef INMATE_MEASURE_H
#define INMATE_MEASURE_H

#include <stdint.h>

/* The call, and five instructions that load its arguments. */
uint64_t measure_hvc(uint64_t function);
uint64_t measure_smc(uint64_t function);

uint64_t measure_read(uint64_t address);
uint64_t measure_write(uint64_t address, uint32_t value);

/* Writes value to ICC_SGI1R_EL1. */
uint64_t measure_sgi_send(uint64_t value);

/* From before the write to ICC_SGI1R_EL1 to the first instruction of this CPU's IRQ vector. */
uint64_t measure_sgi_self(uint64_t value);

/*
 * The counter at the first instruction of the IRQ vector, for a virtual timer
 * that expires at "at": during an endless loop of one instruction; in WFI; in a
 * loop of HVCs of function, after "delay" iterations of a two-instruction loop.
 */
uint64_t measure_timer_busy(uint64_t at);
uint64_t measure_timer_wfi(uint64_t at);
uint64_t measure_timer_hvc(uint64_t at, uint64_t function, uint64_t delay);

/* A pair of clocks: CNTVCT_EL0 and, one instruction later, PMCCNTR_EL0; read
   after 3 * delay instructions. */
struct clocks {
	uint64_t ticks, cycles;
};
void measure_clocks(struct clocks *clocks, uint64_t delay);

/*
 * Runs on the other CPU: waits for interrupts in a WFI loop, stores the counter
 * at its vector in time, then increments count. Returns after an interrupt if
 * stop is nonzero.
 */
struct mailbox {
	volatile uint64_t time;
	volatile uint64_t count;
	volatile uint64_t stop;
};
void measure_target(struct mailbox *mailbox);

#endif
