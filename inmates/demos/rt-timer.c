// SPDX-License-Identifier: GPL-2.0
/*
 * A real-time task: a timer interrupt each period, and its latency.
 *
 *   period_us=N   period (default 1000)
 *   count=N       end after N periods (default 0: at the shutdown request)
 *   report=N      print a line of figures every N seconds (default 1; 0: never)
 *   histogram     print the whole histogram at the end
 *   busy          spin between interrupts instead of sleeping
 */
#include "args.h"
#include "cpu.h"
#include "heartbeat.h"
#include "histogram.h"
#include "info.h"
#include "print.h"
#include "timer.h"

static struct {
	uint64_t period, next; /* in clock ticks */
	volatile uint64_t done;
	uint64_t count;
	struct histogram latency;
} task;

/* The timer's handler, called once a period: records the latency, then sets the timer to the next
 * period that begins in the future. */
static void on_timer(unsigned int irq)
{
	uint64_t now = clock_now(), late = now - task.next;

	(void)irq;
	histogram_add(&task.latency, late);
	heartbeat.missed += late / task.period;
	heartbeat.max = task.latency.max;
	task.next += (late / task.period + 1) * task.period;
	task.done++;
	if (task.count && task.done >= task.count)
		timer_stop();
	else
		timer_set(task.next);
	heartbeat_beat();
}

static void report(const char *what)
{
	const struct histogram *h = &task.latency;

	printf("%s: %lu periods, latency min %lu median %lu max %lu ticks, missed %lu\n", what,
	       h->count, h->min, histogram_at(h, 500), h->max, heartbeat.missed);
}

static bool finished(void)
{
	return shutdown_requested() || (task.count && task.done >= task.count);
}

static void start(void)
{
	uint64_t us = args_get_u64("period_us", 1000);

	task.period = clock_from_us(us);
	if (!task.period)
		task.period = 1;
	task.count = args_get_u64("count", 0);
	printf("rt-timer: a period of %lu us (%lu ticks of 1/%lu s)\n", us, task.period,
	       clock_hz());
	irq_init();
	timer_init(on_timer);
	task.next = clock_now() + task.period;
	timer_set(task.next);
}

int main(void)
{
	uint64_t interval = args_get_u64("report", 1) * clock_hz(), next_report;
	bool busy = args_has("busy");

	start();
	next_report = clock_now() + interval;
	while (!finished()) {
		if (busy)
			cpu_irqs_enable();
		else
			cpu_sleep();
		if (interval && clock_now() >= next_report) {
			next_report += interval;
			report("rt-timer");
		}
	}
	cpu_irqs_disable();
	timer_stop();
	if (args_has("histogram"))
		histogram_print(&task.latency);
	report("rt-timer summary");
	finish();
}
