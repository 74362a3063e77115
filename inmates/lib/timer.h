/* SPDX-License-Identifier: GPL-2.0 */
/* The clock, and the one-shot timer of each CPU. */
#ifndef INMATE_TIMER_H
#define INMATE_TIMER_H

#include "irq.h"
#include <stdint.h>

uint64_t clock_hz(void);

/* The counter, in ticks; clock_hz() ticks a second. */
uint64_t clock_now(void);

uint64_t clock_from_us(uint64_t us);
uint64_t clock_to_us(uint64_t ticks);

/* The timer's interrupt. */
unsigned int timer_irq(void);

/* Prepares the calling CPU's timer; handler is called when it expires. */
void timer_init(irq_handler_t handler);

/* Sets the expiry time (at once if past). In a handler, also deasserts the interrupt. */
void timer_set(uint64_t at);
void timer_stop(void);

/* Whether the timer is set and reports that it has expired. */
bool timer_expired(void);

/*
 * Sleeps until the clock reaches at; takes interrupts meanwhile. Uses the timer,
 * so the program must not. Called and returns with interrupts disabled.
 */
void clock_wait_until(uint64_t at);

#endif
