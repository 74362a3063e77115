// SPDX-License-Identifier: GPL-2.0
/*
 * Benchmark: the cost of hypercalls, of emulated devices and of interrupts in
 * cycles. With QEMU's instruction counting, a cycle is an instruction. Runs as a
 * cell and natively.
 *
 *   samples=N   samples of each row (default 200)
 *   only=NAME   measure only this row
 *   settle=N    wait N milliseconds before each row, so that Linux, which the
 *               start and the output of this program wake, is idle again: an
 *               emulator counts the instructions of all CPUs together (default
 *               500 in a cell, 0 natively)
 *
 * Prints "BENCH name min median max", "BENCH-SKIP name reason" and at the end
 * "BENCH-DONE".
 */
#include "bench.h"
#include "args.h"
#include "heartbeat.h"
#include "info.h"
#include "print.h"
#include "timer.h"

#define MAX_SAMPLES 1024
#define WARM_UP 8 /* discarded samples: the emulator's translation, caches */

static uint64_t samples[MAX_SAMPLES];

static void sort(uint64_t *values, unsigned int n)
{
	for (unsigned int i = 1; i < n; i++) {
		uint64_t value = values[i];
		unsigned int at = i;

		for (; at && values[at - 1] > value; at--)
			values[at] = values[at - 1];
		values[at] = value;
	}
}

static const char *name_of(const struct bench_row *row)
{
	return row->list_name && info()->irq_mode == BH_IRQ_LIST ? row->list_name : row->name;
}

static void run(const struct bench_row *row, unsigned int n, uint64_t settle_ms)
{
	const char *obstacle = row->obstacle ? row->obstacle() : NULL;

	if (obstacle) {
		printf("BENCH-SKIP %s %s\n", name_of(row), obstacle);
		return;
	}
	clock_wait_until(clock_now() + clock_from_us(1000 * settle_ms));
	for (unsigned int i = 0; i < WARM_UP; i++)
		row->measure(i);
	for (unsigned int i = 0; i < n; i++)
		samples[i] = row->measure(i);
	sort(samples, n);
	printf("BENCH %s %lu %lu %lu\n", name_of(row), samples[0], samples[n / 2], samples[n - 1]);
	heartbeat_beat();
}

int main(void)
{
	uint64_t n = args_get_u64("samples", 200);
	uint64_t settle = args_get_u64("settle", info_native() ? 0 : 500);

	if (n < 1 || n > MAX_SAMPLES)
		n = MAX_SAMPLES;
	bench_init();
	for (const struct bench_row *row = bench_rows; row->name; row++)
		if (!args_has("only") || args_is("only", row->name))
			run(row, n, settle);
	bench_end();
	printf("BENCH-DONE\n");
	finish();
}
