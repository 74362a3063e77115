// SPDX-License-Identifier: GPL-2.0
/*
 * Two CPUs: the boot CPU starts the second, both add to a shared counter, then
 * they send interrupts to each other in turn.
 *
 *   adds=N     additions of each CPU (default 100000)
 *   rounds=N   round trips of interrupts (default 1000)
 */
#include "args.h"
#include "cpu.h"
#include "heartbeat.h"
#include "info.h"
#include "irq.h"
#include "print.h"
#include "timer.h"

#define IPI 1

static uint64_t adds;
static uint64_t counter;	      /* incremented atomically by both CPUs */
static uint64_t added[MAX_CPUS];      /* additions, set by each CPU at its end */
static volatile uint64_t received[2]; /* entry n is written by CPU n */

static void on_ipi(unsigned int irq)
{
	(void)irq;
	received[cpu_index()]++;
	if (cpu_index() == 1)
		ipi_send(0, IPI);
}

static void add(void)
{
	for (uint64_t i = 0; i < adds; i++)
		__atomic_fetch_add(&counter, 1, __ATOMIC_RELAXED);
	__atomic_store_n(&added[cpu_index()], 1, __ATOMIC_RELEASE);
}

static void second_cpu(void *argument)
{
	(void)argument;
	irq_init();
	irq_enable(IPI, on_ipi);
	add();
	for (;;)
		cpu_sleep();
}

/* Waits for the flag, at most a second. */
static bool wait_for(const uint64_t *flag)
{
	uint64_t end = clock_now() + clock_hz();

	while (!__atomic_load_n(flag, __ATOMIC_ACQUIRE)) {
		if (clock_now() > end)
			return false;
		cpu_relax();
	}
	return true;
}

/* Makes the round trips; returns how many completed. */
static uint64_t exchange(uint64_t rounds)
{
	for (uint64_t i = 1; i <= rounds; i++) {
		uint64_t end = clock_now() + clock_hz();

		ipi_send(1, IPI);
		cpu_irqs_enable();
		while (received[0] < i && clock_now() < end)
			cpu_relax();
		cpu_irqs_disable();
		heartbeat_beat();
	}
	return received[0];
}

static bool run(void)
{
	uint64_t rounds = args_get_u64("rounds", 1000), back;
	int error;

	error = cpu_start(1, second_cpu, NULL);
	if (error) {
		printf("smp: CPU 1 doesn't start: error %d\n", error);
		return false;
	}
	add();
	if (!wait_for(&added[1])) {
		printf("smp: CPU 1 was started but doesn't count\n");
		return false;
	}
	printf("smp: counter %lu of %lu\n", counter, 2 * adds);
	back = exchange(rounds);
	printf("smp: %lu interrupts sent, %lu taken by CPU 1, %lu came back\n", rounds, received[1],
	       back);
	return counter == 2 * adds && back == rounds && received[1] == rounds;
}

int main(void)
{
	bool good;

	printf("smp: %u CPUs\n", cpu_count());
	adds = args_get_u64("adds", 100000);
	mmu_enable(); /* atomic operations need cached memory */
	irq_init();
	irq_enable(IPI, on_ipi);
	good = cpu_count() > 1 && run();
	if (!good)
		heartbeat.errors++;
	printf("smp: %s\n", good ? "good" : "FAILED");
	finish();
}
