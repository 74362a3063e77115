// SPDX-License-Identifier: GPL-2.0
/*
 * Asserts a cell's initial state, its info page, its resources and the absence of
 * others. Also runs natively, without the checks that are specific to cells.
 *
 *   violation=abort   violations raise aborts: provoke some
 *   unlisted=0x..     an address that the config does not list (default 0x0c000000)
 */
#include "selftest.h"
#include "args.h"
#include "cpu.h"
#include "hypercall.h"
#include "info.h"
#include "irq.h"
#include "machine.h"
#include "probe.h"
#include "timer.h"

extern uint64_t __image_end[];

static volatile unsigned int taken; /* by the handler below, with the last number */
static volatile unsigned int last;

void expect(const char *name, uint64_t found, uint64_t wanted)
{
	report(found == wanted, name, found == wanted ? "0x%lx" : "0x%lx, not 0x%lx", found,
	       wanted);
}

static void on_irq(unsigned int irq)
{
	taken++;
	last = irq;
	if (irq == timer_irq())
		timer_stop();
}

static void memory_is_zero(void)
{
	const uint64_t *end = (const uint64_t *)info_ram_end(), *p = __image_end;

	while (p < end && !*p)
		p++;
	report(p >= end, "memory-zero", "up to %p", (const void *)p);
}

static void info_is_sane(void)
{
	const struct bh_info *page = info();
	bool in_order = true;

	expect("info-version", page->version, info_native() ? 0 : BH_ABI_VERSION);
	expect("info-clock", page->clock_hz, clock_hz());
	report(page->n_cpus > 0, "info-cpus", "%u", page->n_cpus);
	report(page->name[0], "info-name", "%s", page->name);
	report(info_ram_end() > (uint64_t)__image_end, "info-ram", "ends at 0x%lx", info_ram_end());
	for (unsigned int i = 0; i < page->n_regions; i++)
		in_order = in_order && page->regions[i].size;
	report(in_order, "info-regions", "%u", page->n_regions);
}

/*
 * Checks that an interrupt arrives. On a busy emulator a timer may expire late;
 * the interrupt must follow within 5 s of the expiry.
 */
static void interrupt_arrives(const char *name, unsigned int irq)
{
	uint64_t end;

	cpu_irqs_enable();
	while (irq == timer_irq() && !taken && !timer_expired())
		cpu_relax();
	end = clock_now() + 5 * clock_hz();
	while (!taken && clock_now() < end)
		cpu_relax();
	cpu_irqs_disable();
	report(taken == 1 && last == irq, name, "interrupt %u, %u times", last, taken);
	taken = 0;
}

/*
 * A timer stopped after its expiry, with interrupts disabled, may leave its
 * interrupt pending (list registers). The next wait must still end correctly.
 */
static void late_interrupt(void)
{
	uint64_t start;

	timer_init(on_irq);
	timer_set(clock_now());
	for (start = clock_now(); clock_now() < start + clock_from_us(1000);)
		cpu_relax();
	timer_stop();
	start = clock_now();
	clock_wait_until(start + clock_from_us(1000));
	report(clock_now() >= start + clock_from_us(1000), "timer-late", "waited");
	taken = 0;
}

static void interrupts_work(void)
{
	irq_init();
	irq_enable(1, on_irq);
	ipi_send(cpu_index(), 1);
	interrupt_arrives("sgi-self", 1);
	timer_init(on_irq);
	timer_set(clock_now() + clock_from_us(1000));
	interrupt_arrives("timer", timer_irq());
	late_interrupt();
	if (!info()->console_irq)
		return;
	irq_enable(info()->console_irq, on_irq);
	irq_set_pending(info()->console_irq);
	interrupt_arrives("spi-pending", info()->console_irq);
	irq_disable(info()->console_irq);
}

static void calls_are_answered(void)
{
	expect("hypercall-version", hypercall(BH_HC_VERSION, 0, 0, 0), BH_ABI_VERSION);
	expect("hypercall-unknown", hypercall(BH_HC(0xfff), 0, 0, 0), -(uint64_t)BH_E_UNKNOWN_CALL);
	expect("hypercall-create", hypercall(BH_HC_CELL_CREATE, 0, 0, 0),
	       -(uint64_t)BH_E_PERMISSION);
	expect("hypercall-destroy", hypercall(BH_HC_CELL_DESTROY, 0, 0, 0),
	       -(uint64_t)BH_E_PERMISSION);
	expect("hypercall-disable", hypercall(BH_HC_DISABLE, 0, 0, 0), -(uint64_t)BH_E_PERMISSION);
	expect("hypercall-lock", hypercall(BH_HC_LOCK, 0, 0, 0), -(uint64_t)BH_E_PERMISSION);
	report(hypercall(BH_HC_CELL_STATUS, 0, 0, 0) < 0, "hypercall-status", "refused");
}

static void violations_abort(void)
{
	uint64_t unlisted = args_get_u64("unlisted", 0x0c000000), value;
	uint32_t before = info()->cell_id;
	bool fault;

	fault = probe_write((uint64_t)&info()->cell_id, 4, before + 1);
	report(fault && info()->cell_id == before, "info-read-only", "%s",
	       fault ? "aborts" : "no abort");
	report(probe_read(unlisted, 4, &value), "unlisted-read", "0x%lx", unlisted);
	report(probe_write(unlisted, 4, 0), "unlisted-write", "0x%lx", unlisted);
	report(probe_fetch(unlisted), "unlisted-fetch", "0x%lx", unlisted);
}

int main(void)
{
	selftest_reset_state();
	memory_is_zero();
	info_is_sane();
	selftest_firmware();
	interrupts_work();
	selftest_interrupts();
	if (!info_native()) {
		selftest_identification();
		calls_are_answered();
		if (args_is("violation", "abort"))
			violations_abort();
	}
	report_done("selftest");
	finish();
}
