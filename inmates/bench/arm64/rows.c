// SPDX-License-Identifier: GPL-2.0
#include "bench.h"
#include "cpu.h"
#include "gic.h"
#include "hypercall.h"
#include "info.h"
#include "irq.h"
#include "measure.h"
#include "percpu.h"
#include "print.h"
#include "probe.h"
#include "psci.h"
#include "sysreg.h"
#include "timer.h"

#define IPI 1
#define TIMER_LEAD 64 /* ticks from arming a timer to its expiry */

static struct mailbox mailbox;
static uint64_t cycles_per_tick;
static uint64_t offset[2];     /* per CPU: PMCCNTR_EL0 at time 0 of CNTVCT_EL0 */
static uint64_t call_function; /* for HVC: a version query */

static void ignore(unsigned int irq)
{
	(void)irq;
}

/*
 * With instruction counting, a tick is a whole number of cycles, so many pairs
 * of readings determine exactly where ticks begin. Returns the spread of the
 * pairs, which is a tick minus a cycle in that case.
 */
static uint64_t calibrate(uint64_t *start)
{
	uint64_t low = UINT64_MAX, high = 0;
	struct clocks clocks;

	for (unsigned int i = 0; i < 500; i++) {
		uint64_t begin;

		measure_clocks(&clocks, i % 16);
		begin = clocks.cycles - 1 - clocks.ticks * cycles_per_tick;
		low = begin < low ? begin : low;
		high = begin > high ? begin : high;
	}
	*start = low;
	return high - low;
}

static uint64_t since(uint64_t cycles, uint64_t tick)
{
	return cycles - offset[0] - tick * cycles_per_tick;
}

static uint64_t hvc(unsigned int i)
{
	(void)i;
	return measure_hvc(call_function);
}

static uint64_t smc(unsigned int i)
{
	(void)i;
	return measure_smc(PSCI_VERSION);
}

static uint64_t enable_register(void)
{
	return info()->gicd_guest + GICD_ISENABLER + info()->console_irq / 32 * 4;
}

static uint64_t typer_read(unsigned int i)
{
	(void)i;
	return measure_read(info()->gicd_guest + GICD_TYPER);
}

static uint64_t isenabler_read(unsigned int i)
{
	(void)i;
	return measure_read(enable_register());
}

static uint64_t isenabler_write(unsigned int i)
{
	(void)i;
	return measure_write(enable_register(), 1u << info()->console_irq % 32);
}

static uint64_t gicr_read(unsigned int i)
{
	(void)i;
	return measure_read(gicr_of(this_cpu()->id) + GICR_SGI_FRAME + GICD_ISENABLER);
}

static uint64_t timer_busy(unsigned int i)
{
	uint64_t at = clock_now() + TIMER_LEAD;

	(void)i;
	return since(measure_timer_busy(at), at);
}

static uint64_t timer_wfi(unsigned int i)
{
	uint64_t at = clock_now() + TIMER_LEAD;

	(void)i;
	return since(measure_timer_wfi(at), at);
}

/* The delay varies the point of the call at which the timer expires. */
static uint64_t timer_hvc(unsigned int i)
{
	uint64_t at = clock_now() + TIMER_LEAD;

	return since(measure_timer_hvc(at, call_function, i % 128), at);
}

static uint64_t sgi_self(unsigned int i)
{
	(void)i;
	return measure_sgi_self(sgi_to(this_cpu()->id, IPI));
}

/* Sends an SGI and waits until the other CPU has taken it. */
static uint64_t send(void)
{
	uint64_t before = mailbox.count, cycles, end = clock_now() + clock_hz();

	cycles = measure_sgi_send(sgi_to(info()->cpu_ids[1], IPI));
	while (mailbox.count == before && clock_now() < end)
		cpu_relax();
	return cycles;
}

static uint64_t cross_send(unsigned int i)
{
	(void)i;
	return send();
}

static uint64_t cross_latency(unsigned int i)
{
	uint64_t before;

	(void)i;
	before = sysreg_read(pmccntr_el0);
	send();
	return mailbox.time - offset[1] - (before - offset[0]);
}

static void target(void *argument)
{
	irq_init();
	irq_enable(IPI, ignore);
	cycles_init();
	calibrate(&offset[1]);
	mailbox.count = 1;
	measure_target(argument);
}

static const char *no_second_cpu(void)
{
	uint64_t end = clock_now() + clock_hz();

	if (cpu_count() < 2)
		return "needs two CPUs";
	if (mailbox.count)
		return NULL;
	if (cpu_start(1, target, &mailbox))
		return "the second CPU doesn't start";
	while (!mailbox.count && clock_now() < end)
		cpu_relax();
	return mailbox.count ? NULL : "the second CPU doesn't answer";
}

static const char *no_smc(void)
{
	uint64_t regs[PROBE_REGS] = { PSCI_VERSION };

	return probe_run(call_smc, regs) ? "SMC is undefined here" : NULL;
}

static const char *no_hvc(void)
{
	return psci_conduit() == CONDUIT_HVC ? NULL : "HVC is undefined here";
}

const struct bench_row bench_rows[] = {
	{ "hvc", NULL, hvc, no_hvc },
	{ "smc", NULL, smc, no_smc },
	{ "gicd_typer", NULL, typer_read, NULL },
	{ "gicd_isenabler_read", NULL, isenabler_read, NULL },
	{ "gicd_isenabler_write", NULL, isenabler_write, NULL },
	{ "gicr_isenabler_read", NULL, gicr_read, NULL },
	{ "timer_busy", "timer_list_busy", timer_busy, NULL },
	{ "timer_wfi", "timer_list_wfi", timer_wfi, NULL },
	{ "timer_under_hvc_max", "timer_list_under_hvc_max", timer_hvc, no_hvc },
	{ "sgi_self", "sgi_list_self", sgi_self, NULL },
	{ "sgi_cross_send", "sgi_list_cross_send", cross_send, no_second_cpu },
	{ "sgi_cross_latency", "sgi_list_cross_latency", cross_latency, no_second_cpu },
	{ 0 },
};

void bench_end(void)
{
	mailbox.stop = 1;
	if (mailbox.count)
		ipi_send(1, IPI);
}

void bench_init(void)
{
	uint64_t spread;

	mmu_enable();
	irq_init();
	irq_enable(IPI, ignore);
	irq_enable(timer_irq(), ignore);
	cycles_init();
	cycles_per_tick = 1000000000 / clock_hz();
	spread = calibrate(&offset[0]);
	call_function = info_native() ? PSCI_VERSION : BH_HC_VERSION;
	printf("BENCH-INFO mode %s\n", info_native()			   ? "native"
				       : info()->irq_mode == BH_IRQ_DIRECT ? "direct"
									   : "list");
	printf("BENCH-INFO exact %s\n",
	       spread == cycles_per_tick - 1
		       ? "yes"
		       : "no: cycles aren't instructions, timer latencies mean nothing");
	if (info_native())
		printf("BENCH-INFO hvc is PSCI_VERSION by HVC, answered by the emulator\n");
}
