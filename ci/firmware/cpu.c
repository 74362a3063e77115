// SPDX-License-Identifier: GPL-2.0
/* CPUs: off, on, and the way between. */
#include <stdbool.h>

#include "console.h"
#include "context.h"
#include "cpu.h"
#include "el3.h"
#include "garbage.h"
#include "gic.h"
#include "linux.h"
#include "options.h"
#include "sysreg.h"

#define SPSR_EL2H_MASKED 0x3c9 /* EL2h; D, A, I and F set */

/*
 * @state goes round: OFF, PENDING (by whoever wins the exchange), ON and OFF (by the CPU
 * itself). @go: @entry and @argument are valid.
 */
static struct {
	int state;
	bool go;
	uint64_t entry;
	uint64_t argument;
} cpus[MAX_CPUS];

static unsigned int cpu_of(uint64_t mpidr)
{
	return (mpidr & 0xf) + (mpidr >> 8 & 0xff) * 16; /* as in entry.S */
}

unsigned int cpu_self(void)
{
	return cpu_of(sysreg_read(mpidr_el1));
}

unsigned int cpu_of_affinity(uint64_t mpidr)
{
	/* Affinity fields only: bits 39:32 and 23:0 (PSCI, DEN 0022, 5.1.4). */
	if (mpidr & ~0xff00fffffful || (mpidr & 0xff00ff00f0) || !gic_has_cpu(cpu_of(mpidr)))
		return MAX_CPUS;
	return cpu_of(mpidr);
}

enum cpu_state cpu_state(unsigned int cpu)
{
	return __atomic_load_n(&cpus[cpu].state, __ATOMIC_ACQUIRE);
}

static void wait_ms(uint64_t ms)
{
	uint64_t start = sysreg_read(cntpct_el0);

	while (sysreg_read(cntpct_el0) - start < ms * sysreg_read(cntfrq_el0) / 1000)
		asm volatile("yield");
}

enum cpu_state cpu_start(unsigned int cpu, uint64_t entry, uint64_t argument)
{
	int before = CPU_IS_OFF;

	if (!__atomic_compare_exchange_n(&cpus[cpu].state, &before, CPU_IS_PENDING, false,
					 __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE))
		return before;
	cpus[cpu].entry = entry;
	cpus[cpu].argument = argument;
	__atomic_store_n(&cpus[cpu].go, true, __ATOMIC_RELEASE);
	dsb(); /* the CPU that wakes finds it */
	gic_wake(cpu);
	return CPU_IS_OFF;
}

_Noreturn void cpu_stop(void)
{
	park(cpu_self());
}

/* Enters EL2 with a context whose general registers are set. */
static _Noreturn void hand_over(unsigned int cpu, uint64_t entry)
{
	struct context *context = context_of(cpu);

	el3_set_controls();
	garbage_fill();
	context->elr = entry;
	context->spsr = SPSR_EL2H_MASKED;
	leave(cpu);
}

/* entry.S calls these three with an empty stack. */
_Noreturn void cpu_parked(unsigned int cpu);
_Noreturn void cpu_primary(unsigned int cpu);
_Noreturn void cpu_secondary(unsigned int cpu);

_Noreturn void cpu_parked(unsigned int cpu)
{
	gic_expect_wake(cpu);
	if (cpu_state(cpu) == CPU_IS_ON) { /* not after a reset */
		wait_ms(option(OPT_SLOW_OFF));
		__atomic_store_n(&cpus[cpu].state, CPU_IS_OFF, __ATOMIC_RELEASE);
	}
	while (!__atomic_load_n(&cpus[cpu].go, __ATOMIC_ACQUIRE))
		asm volatile("wfi");
	gic_end_wake(cpu);
	wait_ms(option(OPT_SLOW_ON));
	cpus[cpu].go = false;
	garbage_general(context_of(cpu));
	context_of(cpu)->x[0] = cpus[cpu].argument;
	__atomic_store_n(&cpus[cpu].state, CPU_IS_ON, __ATOMIC_RELEASE);
	hand_over(cpu, cpus[cpu].entry);
}

_Noreturn void cpu_secondary(unsigned int cpu)
{
	gic_wait_started(cpu);
	el3_set_controls();
	park(cpu);
}

_Noreturn void cpu_primary(unsigned int cpu)
{
	console_start();
	options_read();
	cpus[cpu].state = CPU_IS_ON;
	el3_set_controls();
	gic_start();
	gic_take_interface();
	say("started", 2, "SCR_EL3", sysreg_read(scr_el3), "HCR_EL2", sysreg_read(hcr_el2));
	hand_over(cpu, linux_load(context_of(cpu)));
}
