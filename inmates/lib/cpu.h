/* SPDX-License-Identifier: GPL-2.0 */
/* CPUs of the cell, numbered from 0 (the boot CPU) in the order of the info page. */
#ifndef INMATE_CPU_H
#define INMATE_CPU_H

#include <stdint.h>

#define MAX_CPUS 8 /* the maximum of the info page */

unsigned int cpu_count(void);
unsigned int cpu_index(void);

/*
 * Starts a CPU, which calls function(argument) on its own stack, with interrupts
 * disabled and with the MMU on or off as on the calling CPU. Returns 0 or the
 * negative error of the firmware interface.
 */
int cpu_start(unsigned int index, void (*function)(void *argument), void *argument);

/* Turns the calling CPU off. */
void cpu_off(void) __attribute__((noreturn));

/* Sleeps until an interrupt is pending, whether enabled or not. */
void cpu_wait(void);

/* Spin-wait hint for busy loops. */
void cpu_relax(void);

void cpu_irqs_enable(void);
void cpu_irqs_disable(void);

/* Sleeps until an interrupt is pending, and takes it. Interrupts are disabled when it is called and
 * when it returns. So an interrupt that arrives after the caller has tested a condition still ends
 * the sleep. */
void cpu_sleep(void);

/* Turns on MMU and caches of the calling CPU: RAM cached, all else device memory. */
void mmu_enable(void);

/* Starts the cycle counter. With QEMU's -icount shift=0, it counts instructions. */
void cycles_init(void);
uint64_t cycles_now(void);

/* Makes instructions that were just written visible to instruction fetch. */
void code_sync(const void *start, uint64_t bytes);

#endif
