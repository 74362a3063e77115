// SPDX-License-Identifier: GPL-2.0
/* Attacks on memory, and attacks common to all architectures. */
#include "args.h"
#include "console.h"
#include "cpu.h"
#include "hostile.h"
#include "hypercall.h"
#include "info.h"
#include "irq.h"
#include "machine.h"
#include "probe.h"
#include "timer.h"

#define PAGE 4096ull

bool overlaps(uint64_t a, uint64_t a_bytes, uint64_t b, uint64_t b_bytes)
{
	return a < b + b_bytes && b < a + a_bytes;
}

bool is_ours(uint64_t address, uint64_t bytes)
{
	const struct bh_info *page = info();

	for (unsigned int i = 0; i < page->n_regions && i < BH_MAX_REGIONS; i++)
		if (overlaps(address, bytes, page->regions[i].guest, page->regions[i].size))
			return true;
	return overlaps(address, bytes, (uint64_t)page, PAGE) ||
	       overlaps(address, bytes, page->console_guest,
			page->console_kind == BH_CONSOLE_PL011 ? PAGE : 0) ||
	       is_controller(address, bytes);
}

static void verdict(const char *name, uint64_t address, bool fault, uint64_t value)
{
	bool wanted = !args_is("expect", "ok");

	report(fault == wanted, name, fault ? "0x%lx aborts" : "0x%lx gives 0x%lx", address, value);
}

static void attack_read(void)
{
	uint64_t address = args_get_u64("addr", 0), value;
	bool fault = probe_read(address, args_get_u64("size", 4), &value);

	verdict("read", address, fault, value);
}

static void attack_write(void)
{
	uint64_t address = args_get_u64("addr", 0), value = args_get_u64("value", ~0ull);

	verdict("write", address, probe_write(address, args_get_u64("size", 4), value), value);
}

static void attack_fetch(void)
{
	uint64_t address = args_get_u64("addr", 0);

	verdict("fetch", address, probe_fetch(address), 0);
}

/* Reads, writes and fetches a foreign address; returns the number of accesses that succeeded. */
static unsigned int try_address(uint64_t address)
{
	uint64_t value;
	unsigned int bad = 0;

	if (is_ours(address, 8))
		return 0;
	bad += !probe_read(address, 8, &value);
	if (bad)
		detail("0x%lx can be read: 0x%lx", address, value);
	if (!args_has("read-only"))
		bad += !probe_write(address, 8, random64());
	if (!args_has("no-fetch"))
		bad += !probe_fetch(address);
	return bad;
}

static unsigned int sweep_range(uint64_t from, uint64_t to, uint64_t step, unsigned int *tried)
{
	unsigned int bad = 0;

	for (uint64_t address = from; address < to && keep_going(); address += step) {
		bad += try_address(address);
		++*tried;
	}
	return bad;
}

/*
 * The whole address space: below 4 GiB in steps of 2 MiB, up to 2^40 in steps
 * of 1 GiB, each power of two up to 2^48, and random pages.
 */
static void attack_sweep(void)
{
	unsigned int tried = 0, bad = 0;

	if (args_has("from")) {
		bad = sweep_range(args_get_u64("from", 0), args_get_u64("to", 0),
				  args_get_u64("step", PAGE), &tried);
	} else {
		bad += sweep_range(0, 1ull << 32, 1ull << 21, &tried);
		bad += sweep_range(1ull << 32, 1ull << 40, 1ull << 30, &tried);
		for (unsigned int bit = 12; bit < 48; bit++, tried += 2)
			bad += try_address(1ull << bit) + try_address((1ull << bit) - PAGE);
		for (unsigned int i = 0; i < 2000; i++, tried++)
			bad += try_address(random64() & 0xfffffff000ull);
	}
	report(!bad, "sweep", "%u addresses, %u accesses came through", tried, bad);
}

/* The pages next to the cell's regions must not be mapped. */
static void attack_edges(void)
{
	unsigned int bad = 0;

	for (unsigned int i = 0; i < info()->n_regions && i < BH_MAX_REGIONS; i++) {
		const struct bh_region *region = &info()->regions[i];

		bad += try_address(region->guest - PAGE) + try_address(region->guest - 8);
		bad += try_address(region->guest + region->size);
		/* An access that crosses the region's end. */
		bad += !is_ours(region->guest + region->size, 8) &&
		       !probe_write(region->guest + region->size - 4, 8, 0);
	}
	bad += try_address((uint64_t)info() - PAGE) + try_address((uint64_t)info() + PAGE);
	bad += try_address(info()->console_guest + PAGE);
	report(!bad, "edges", "%u accesses came through", bad);
}

/* Permitted behaviour, until shutdown or "count". */
static void attack_heartbeat(void)
{
	uint64_t count = args_get_u64("count", 0);

	for (uint64_t i = 0; (!count || i < count) && keep_going(); i++)
		clock_wait_until(clock_now() + clock_from_us(1000));
}

static void attack_loop(void)
{
	cpu_irqs_disable();
	for (volatile uint64_t i = 0;; i++)
		;
}

static void attack_flood(void)
{
	uint64_t count = args_get_u64("count", 0);

	for (uint64_t i = 0; (!count || i < count) && keep_going(); i++)
		console_putc(' ' + random64() % 95);
	report(true, "flood", "done");
}

static void attack_binary_flood(void)
{
	for (uint64_t i = 0; i < args_get_u64("count", 100000) && keep_going(); i++)
		console_putc(random64());
	report(true, "binary-flood", "done");
}

static void attack_off(void)
{
	machine_off();
}

static void attack_reset(void)
{
	machine_reset();
}

/* Hypercalls without a pause. */
static void attack_hypercall_storm(void)
{
	uint64_t count = args_get_u64("count", 0);

	for (uint64_t i = 0; (!count || i < count) && keep_going(); i++)
		hypercall(BH_HC_VERSION, 0, 0, 0);
	report(true, "hypercall-storm", "done");
}

static void attack_ipi_storm(void)
{
	uint64_t count = args_get_u64("count", 0);

	for (uint64_t i = 0; (!count || i < count) && keep_going(); i++)
		ipi_send(i % cpu_count(), i % IPI_LINES);
	report(true, "ipi-storm", "done");
}

static void expires_again(unsigned int irq)
{
	(void)irq;
	keep_going();
	timer_set(clock_now()); /* at once */
}

/* An interrupt that is pending again as soon as it is taken. */
static void attack_timer_storm(void)
{
	uint64_t end = clock_now() + args_get_u64("seconds", 1000000) * clock_hz();

	timer_init(expires_again);
	timer_set(clock_now());
	cpu_irqs_enable();
	while (!shutdown_requested() && clock_now() < end)
		;
	cpu_irqs_disable();
	timer_stop();
	report(true, "timer-storm", "done");
}

const struct attack attacks[] = {
	{ "read", attack_read, false, "of addr= and size=, expect=abort|ok" },
	{ "write", attack_write, false, "of addr=, size= and value=, expect=abort|ok" },
	{ "fetch", attack_fetch, false, "a jump to addr=" },
	{ "sweep", attack_sweep, true, "everywhere, or from= to= step=; read-only, no-fetch" },
	{ "edges", attack_edges, true, "next to what is ours" },
	{ "heartbeat", attack_heartbeat, false, "nothing but beats" },
	{ "loop", attack_loop, false, "endless, interrupts masked" },
	{ "flood", attack_flood, false, "of the console, count=" },
	{ "binary-flood", attack_binary_flood, false, "of the console with any bytes, count=" },
	{ "off", attack_off, false, "turns itself off" },
	{ "reset", attack_reset, false, "resets itself" },
	{ "hypercall-storm", attack_hypercall_storm, false, "count=" },
	{ "ipi-storm", attack_ipi_storm, false, "to its own CPUs, count=" },
	{ "timer-storm", attack_timer_storm, false, "seconds=" },
	{ 0 },
};
