// SPDX-License-Identifier: GPL-2.0
/* The clock is the TSC, the timer is the local APIC's in one-shot mode. */
#include "timer.h"
#include "cpu.h"
#include "info.h"
#include "insn.h"
#include "percpu.h"

#define TIMER_VECTOR 0x40
#define DIVIDE_BY_1 0xb
#define CALIBRATE_US 10000
#define LONGEST (1ull << 31) /* maximum of one programming, in clock ticks */

static uint64_t scale; /* timer counts for each clock tick, times 2^32 */
static irq_handler_t on_expiry;

uint64_t clock_hz(void)
{
	return info()->clock_hz;
}

uint64_t clock_now(void)
{
	return rdtsc();
}

uint64_t clock_from_us(uint64_t us)
{
	return us * clock_hz() / 1000000;
}

uint64_t clock_to_us(uint64_t ticks)
{
	return ticks * 1000000 / clock_hz();
}

unsigned int timer_irq(void)
{
	return TIMER_VECTOR;
}

/* Counts the timer's ticks while the TSC advances by CALIBRATE_US; both start nearly together. */
static void calibrate(void)
{
	uint64_t start, now, end;
	uint32_t counted;

	apic_write(APIC_TIMER_DIVIDE, DIVIDE_BY_1);
	apic_write(APIC_LVT_TIMER, APIC_MASKED | TIMER_VECTOR);
	apic_write(APIC_TIMER_COUNT, UINT32_MAX);
	start = clock_now();
	end = start + clock_from_us(CALIBRATE_US);
	do
		now = clock_now();
	while (now < end);
	counted = UINT32_MAX - apic_read(APIC_TIMER_NOW);
	apic_write(APIC_TIMER_COUNT, 0);
	scale = ((uint64_t)counted << 32) / (now - start);
}

static void program(uint64_t at)
{
	uint64_t now = clock_now(), ticks = at > now ? at - now : 0, count;

	if (ticks > LONGEST)
		ticks = LONGEST;
	count = (ticks * scale >> 32) + 1;
	apic_write(APIC_TIMER_COUNT, count > UINT32_MAX ? UINT32_MAX : (uint32_t)count);
}

/* If the interrupt comes before the set time, programs the timer again. That happens because the
 * clocks differ slightly, or because the time exceeded the counter's range. */
static void expired(unsigned int irq)
{
	struct percpu *cpu = this_cpu();

	if (!cpu->timer_at)
		return;
	if (clock_now() < cpu->timer_at)
		program(cpu->timer_at);
	else
		on_expiry(irq);
}

void timer_init(irq_handler_t handler)
{
	if (!scale)
		calibrate();
	timer_stop();
	on_expiry = handler;
	irq_enable(TIMER_VECTOR, expired);
	apic_write(APIC_TIMER_DIVIDE, DIVIDE_BY_1);
	apic_write(APIC_LVT_TIMER, TIMER_VECTOR);
}

void timer_set(uint64_t at)
{
	this_cpu()->timer_at = at;
	program(at);
}

void timer_stop(void)
{
	this_cpu()->timer_at = 0;
	apic_write(APIC_TIMER_COUNT, 0);
}

bool timer_expired(void)
{
	uint64_t at = this_cpu()->timer_at;

	return at && clock_now() >= at;
}

static void woken(unsigned int irq)
{
	(void)irq;
	timer_stop();
}

void clock_wait_until(uint64_t at)
{
	timer_init(woken);
	timer_set(at);
	while (clock_now() < at)
		cpu_sleep();
	timer_stop();
}
