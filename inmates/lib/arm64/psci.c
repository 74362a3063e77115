// SPDX-License-Identifier: GPL-2.0
#include "psci.h"
#include "cpu.h"
#include "hypercall.h"
#include "info.h"
#include "machine.h"
#include "percpu.h"
#include "probe.h"
#include "sysreg.h"

extern const char secondary_entry[];

static bool answers(const void *call)
{
	uint64_t regs[PROBE_REGS] = { PSCI_VERSION };

	return !probe_run(call, regs) && (int32_t)regs[0] > 0;
}

enum conduit psci_conduit(void)
{
	static enum conduit conduit;

	if (conduit == CONDUIT_NONE)
		conduit = answers(call_hvc)   ? CONDUIT_HVC
			  : answers(call_smc) ? CONDUIT_SMC
					      : CONDUIT_NONE;
	return conduit;
}

int64_t psci_call(uint64_t function, uint64_t a, uint64_t b, uint64_t c)
{
	switch (psci_conduit()) {
	case CONDUIT_HVC:
		return call_hvc(function, a, b, c);
	case CONDUIT_SMC:
		return call_smc(function, a, b, c);
	default:
		return PSCI_NOT_SUPPORTED;
	}
}

int64_t hypercall(uint64_t function, uint64_t a, uint64_t b, uint64_t c)
{
	return call_hvc(function, a, b, c);
}

/* Cleans memory from the caches: a CPU that starts reads it with its caches off. */
static void clean(const void *start, uint64_t bytes)
{
	for (uint64_t p = (uint64_t)start; p < (uint64_t)start + bytes; p += 16)
		__asm__ volatile("dc civac, %0" ::"r"(p) : "memory");
	dsb();
}

int cpu_start(unsigned int index, void (*function)(void *), void *argument)
{
	extern char stacks[][STACK_BYTES];
	struct percpu *cpu = &percpu[index];
	uint64_t sctlr = sysreg_read(sctlr_el1);

	if (index >= cpu_count())
		return PSCI_INVALID_PARAMETERS;
	*cpu = (struct percpu){
		.stack = (uint64_t)stacks[index + 1],
		.sctlr = sctlr & 1 ? sctlr : 0,
		.ttbr0 = sysreg_read(ttbr0_el1),
		.tcr = sysreg_read(tcr_el1),
		.mair = sysreg_read(mair_el1),
		.index = index,
		.id = info()->cpu_ids[index],
		.function = function,
		.argument = argument,
	};
	clean(cpu, sizeof(*cpu));
	return psci_call(PSCI_CPU_ON, cpu->id, (uint64_t)secondary_entry, (uint64_t)cpu);
}

void cpu_off(void)
{
	cpu_irqs_disable();
	psci_call(PSCI_CPU_OFF, 0, 0, 0);
	for (;;)
		cpu_wait();
}

void machine_off(void)
{
	psci_call(PSCI_SYSTEM_OFF, 0, 0, 0);
	for (;;)
		cpu_wait();
}

void machine_reset(void)
{
	psci_call(PSCI_SYSTEM_RESET, 0, 0, 0);
	for (;;)
		cpu_wait();
}
