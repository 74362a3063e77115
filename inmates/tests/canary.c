// SPDX-License-Identifier: GPL-2.0
/*
 * The neighbour in isolation tests: fills its memory with a pattern, checks it
 * continuously, and counts interrupts that it has not enabled.
 *
 *   report=N   print a line every N seconds (default 5; 0: never)
 *   bytes=N    size of the pattern (default: all memory behind the program)
 */
#include "args.h"
#include "cpu.h"
#include "heartbeat.h"
#include "info.h"
#include "irq.h"
#include "print.h"
#include "timer.h"

#define CHUNK_WORDS 4096
#define WORST_REPORTS 8 /* bad words that are reported individually */

extern uint64_t __image_end[];

static uint64_t pattern(const uint64_t *where)
{
	return ((uint64_t)where ^ 0x5a5a5a5aull) * 0x9e3779b97f4a7c15ull;
}

static void corrupt(uint64_t *where, uint64_t found)
{
	if (!heartbeat.errors)
		heartbeat.detail = (uint64_t)where;
	if (heartbeat.errors++ < WORST_REPORTS)
		printf("CANARY CORRUPT at %p: 0x%lx, not 0x%lx\n", (void *)where, found,
		       pattern(where));
	*where = pattern(where);
}

static void fill(uint64_t *from, uint64_t *to)
{
	for (; from < to; from++)
		*from = pattern(from);
}

static void check(uint64_t *from, uint64_t *to)
{
	for (; from < to; from++)
		if (*(volatile uint64_t *)from != pattern(from))
			corrupt(from, *from);
}

/* The timer's interrupt is the only one that may arrive. */
static void check_interrupts(void)
{
	static unsigned int seen;

	if (irq_unexpected() == seen)
		return;
	seen = irq_unexpected();
	heartbeat.errors++;
	printf("CANARY STRAY interrupts: %u\n", seen);
}

static uint64_t *end_of_memory(void)
{
	uint64_t end = info_ram_end();
	uint64_t bytes = args_get_u64("bytes", 0);

	if (bytes && bytes < end - (uint64_t)__image_end)
		end = (uint64_t)__image_end + bytes;
	return (uint64_t *)(end & -8);
}

int main(void)
{
	uint64_t interval = args_get_u64("report", 5) * clock_hz(), next = clock_now() + interval;
	uint64_t *end = end_of_memory(), *at = __image_end;

	irq_init();
	fill(at, end);
	printf("canary: watching %lu KiB\n", (uint64_t)((char *)end - (char *)at) / 1024);
	while (!shutdown_requested()) {
		uint64_t *stop = end - at > CHUNK_WORDS ? at + CHUNK_WORDS : end;

		check(at, stop);
		at = stop < end ? stop : __image_end;
		cpu_irqs_enable();
		cpu_irqs_disable();
		check_interrupts();
		heartbeat_beat();
		if (interval && clock_now() >= next) {
			next += interval;
			printf("canary: %lu beats, %lu errors\n", heartbeat.beats,
			       heartbeat.errors);
		}
	}
	printf("canary: ends with %lu errors\n", heartbeat.errors);
	finish();
}
