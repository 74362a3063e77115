/* SPDX-License-Identifier: GPL-2.0 */
/* The clock, and each CPU's one-shot timer. */
#ifndef INMATE_TIMER_H
#define INMATE_TIMER_H

#include "irq.h"
#include <stdint.h>

uint64_t clock_hz(void);

/* Ticks since some start, of clock_hz() each. */
uint64_t clock_now(void);

uint64_t clock_from_us(uint64_t us);
uint64_t clock_to_us(uint64_t ticks);

/* Which interrupt the timer raises. */
unsigned int timer_irq(void);

/* Readies the calling CPU's timer; handler is called when it expires. */
void timer_init(irq_handler_t handler);

/* Expires at that time (at once if past). In a handler: also ends the interrupt. */
void timer_set(uint64_t at);
void timer_stop(void);

/* It is set and its time has come, by its own word. */
bool timer_expired(void);

/*
 * Sleeps until that time, taking interrupts. Uses the timer, so not beside a
 * timer of the program's own. Call and return with interrupts disabled.
 */
void clock_wait_until(uint64_t at);

#endif
