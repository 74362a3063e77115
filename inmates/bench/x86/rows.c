// SPDX-License-Identifier: GPL-2.0
/* Times are TSC ticks; exact figures come from tools that count instructions from outside. */
#include "bench.h"
#include "cpu.h"
#include "hypercall.h"
#include "info.h"
#include "insn.h"
#include "irq.h"
#include "measure.h"
#include "print.h"
#include "timer.h"
#include <stddef.h>

#define IPI 1
#define LOGICAL_ID 2u /* the other CPU's */
#define LINE_STATUS 5
#define NEVER 0xffffffffu /* timer count, longer than a sample */

static volatile unsigned int taken; /* IPIs taken by the other CPU */
static volatile bool stop;

static void take(unsigned int irq)
{
	(void)irq;
	taken++;
}

static uint64_t call(unsigned int i)
{
	(void)i;
	return cpuid_vendor() == VENDOR_INTEL ? measure_vmcall(0, BH_HC_VERSION)
					      : measure_vmmcall(0, BH_HC_VERSION);
}

static uint64_t cpuid(unsigned int i)
{
	(void)i;
	return measure_cpuid(0, 1);
}

static uint64_t port(unsigned int i)
{
	(void)i;
	return measure_port(info()->console_guest + LINE_STATUS, 0);
}

static uint64_t current_count(unsigned int i)
{
	(void)i;
	return measure_apic_read(APIC_BASE + APIC_TIMER_NOW, 0);
}

static uint64_t eoi(unsigned int i)
{
	(void)i;
	return measure_eoi(APIC_BASE + APIC_EOI, 0);
}

static uint64_t timer(unsigned int i)
{
	(void)i;
	return measure_timer(APIC_BASE + APIC_TIMER_COUNT, NEVER);
}

/* Sends an IPI to the other CPU and waits until it has taken it. */
static uint64_t send(uint32_t destination, uint64_t (*measure)(uint64_t, uint32_t), uint32_t mode)
{
	unsigned int before = taken;
	uint64_t time, end = clock_now() + clock_hz();

	apic_write(APIC_ICR_HIGH, destination << 24);
	time = measure(APIC_BASE + APIC_ICR, ICR_ASSERT | mode | (IPI_VECTOR + IPI));
	while (taken == before && clock_now() < end)
		cpu_relax();
	return time;
}

static uint64_t icr(unsigned int i)
{
	(void)i;
	return send((uint32_t)info()->cpu_ids[1], measure_icr, 0);
}

static uint64_t icr_logical(unsigned int i)
{
	(void)i;
	return send(LOGICAL_ID, measure_icr_logical, ICR_LOGICAL);
}

static void target(void *unused)
{
	(void)unused;
	irq_init();
	irq_enable(IPI, take);
	apic_write(APIC_LDR, LOGICAL_ID << 24); /* flat model after reset: one bit for each CPU */
	taken = 1;
	while (!stop)
		cpu_sleep();
}

static const char *no_second_cpu(void)
{
	uint64_t end = clock_now() + clock_hz();

	if (cpu_count() < 2)
		return "needs two CPUs";
	if (taken)
		return NULL;
	if (cpu_start(1, target, NULL))
		return "the second CPU doesn't start";
	while (!taken && clock_now() < end)
		cpu_relax();
	return taken ? NULL : "the second CPU doesn't answer";
}

static const char *no_hypervisor(void)
{
	return info_native() ? "there is nobody to call" : NULL;
}

static const char *no_console(void)
{
	return info()->console_kind == BH_CONSOLE_16550 ? NULL : "needs a console at ports";
}

const struct bench_row bench_rows[] = {
	{ "hypercall", NULL, call, no_hypervisor },
	{ "cpuid", NULL, cpuid, NULL },
	{ "port", NULL, port, no_console },
	{ "apic_read", NULL, current_count, NULL },
	{ "eoi", NULL, eoi, NULL },
	{ "timer", NULL, timer, NULL },
	{ "icr", NULL, icr, no_second_cpu },
	{ "icr_logical", NULL, icr_logical, no_second_cpu },
	{ 0 },
};

void bench_end(void)
{
	stop = true;
	if (taken)
		ipi_send(1, IPI);
}

void bench_init(void)
{
	irq_init();
	printf("BENCH-INFO mode %s\n", info_native() ? "native" : "cell");
}
