/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Measured sequences. All give cycles of PMCCNTR_EL0. Between the two readings
 * are an ISB, the instructions in question (for device accesses: and a DSB), an
 * ISB, and the second reading itself, which counts too.
 */
#ifndef INMATE_MEASURE_H
#define INMATE_MEASURE_H

#include <stdint.h>

/* The call, and the five instructions that load its arguments. */
uint64_t measure_hvc(uint64_t function);
uint64_t measure_smc(uint64_t function);

uint64_t measure_read(uint64_t address);
uint64_t measure_write(uint64_t address, uint32_t value);

/* Writing that value to ICC_SGI1R_EL1. */
uint64_t measure_sgi_send(uint64_t value);

/* From before that write to the first instruction of this CPU's IRQ vector. */
uint64_t measure_sgi_self(uint64_t value);

/*
 * The counter at the first instruction of the IRQ vector, for a virtual timer
 * that expires at "at": in an endless loop of one instruction; in WFI; in a
 * loop of HVCs of that function, begun "delay" loops of two instructions later.
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
 * The other CPU: waits for interrupts in a loop of WFI, notes the counter at its
 * vector in time, then counts up. Returns after an interrupt when stop isn't 0.
 */
struct mailbox {
	volatile uint64_t time;
	volatile uint64_t count;
	volatile uint64_t stop;
};
void measure_target(struct mailbox *mailbox);

#endif
