// SPDX-License-Identifier: GPL-2.0
/* PSCI 1.1 (Arm DEN 0022 5). */
#include "cpu.h"
#include "machine.h"
#include "options.h"
#include "psci.h"
#include "smccc.h"
#include "sysreg.h"

#define PSCI_VERSION 0x84000000
#define CPU_SUSPEND 0x84000001
#define CPU_OFF 0x84000002
#define CPU_ON 0x84000003
#define AFFINITY_INFO 0x84000004
#define MIGRATE_INFO_TYPE 0x84000006
#define SYSTEM_OFF 0x84000008
#define SYSTEM_RESET 0x84000009
#define PSCI_FEATURES 0x8400000a
#define PSCI_LAST 0x8400001f
#define SMC64 BIT(30) /* the same function with 64-bit arguments */

#define VERSION_1_1 0x10001
#define NOT_SUPPORTED -1
#define INVALID_PARAMETERS -2
#define DENIED -3
#define ALREADY_ON -4
#define ON_PENDING -5
#define MIGRATION_NOT_NEEDED 2
#define STATE_POWER_DOWN BIT(16) /* of CPU_SUSPEND's power_state */

#define GPIODIR 0x400 /* PL061, Arm DDI 0190 */

static uint64_t denied[MAX_CPUS]; /* calls of CPU_OFF, each used by its CPU */

static int64_t cpu_on(uint64_t mpidr, uint64_t entry, uint64_t argument)
{
	unsigned int cpu = cpu_of_affinity(mpidr);

	if (cpu == MAX_CPUS)
		return INVALID_PARAMETERS;
	switch (cpu_start(cpu, entry, argument)) {
	case CPU_IS_ON:
		return ALREADY_ON;
	case CPU_IS_PENDING:
		return ON_PENDING;
	default:
		return 0;
	}
}

static int64_t cpu_off(void)
{
	unsigned int cpu = cpu_self();

	if (denied[cpu]++ < option(OPT_DENY_OFF))
		return DENIED;
	cpu_stop();
}

/* DEN 0022 5.7: 0 ON, 1 OFF, 2 ON_PENDING. */
static int64_t affinity_info(uint64_t mpidr, uint64_t level)
{
	unsigned int cpu = cpu_of_affinity(mpidr);

	if (cpu == MAX_CPUS || level)
		return INVALID_PARAMETERS;
	switch (cpu_state(cpu)) {
	case CPU_IS_ON:
		return 0;
	case CPU_IS_OFF:
		return 1;
	default:
		return 2;
	}
}

/* Standby states only. */
static int64_t cpu_suspend(uint64_t power_state)
{
	if (power_state & STATE_POWER_DOWN)
		return INVALID_PARAMETERS;
	asm volatile("wfi");
	return 0;
}

static _Noreturn void pull(unsigned int pin)
{
	write32(SECURE_GPIO_BASE + GPIODIR, BIT(pin));
	/* The address has the mask of the pins that a write changes. */
	write32(SECURE_GPIO_BASE + (4ul << pin), 0);
	write32(SECURE_GPIO_BASE + (4ul << pin), BIT(pin));
	for (;;)
		asm volatile("wfi");
}

static int64_t features(uint32_t function)
{
	switch (function) {
	case PSCI_VERSION:
	case CPU_SUSPEND:
	case CPU_SUSPEND | SMC64:
	case CPU_OFF:
	case CPU_ON:
	case CPU_ON | SMC64:
	case AFFINITY_INFO:
	case AFFINITY_INFO | SMC64:
	case MIGRATE_INFO_TYPE:
	case SYSTEM_OFF:
	case SYSTEM_RESET:
	case PSCI_FEATURES:
		return 0;
	case SMCCC_VERSION:
		return option(OPT_CLOBBER) ? NOT_SUPPORTED : 0;
	default:
		return NOT_SUPPORTED;
	}
}

bool psci_owns(uint32_t function)
{
	function &= ~SMC64;
	return function >= PSCI_VERSION && function <= PSCI_LAST;
}

int64_t psci_call(const struct context *context)
{
	const uint64_t *x = context->x;

	switch ((uint32_t)x[0]) {
	case PSCI_VERSION:
		return VERSION_1_1;
	case CPU_SUSPEND:
	case CPU_SUSPEND | SMC64:
		return cpu_suspend(x[1]);
	case CPU_OFF:
		return cpu_off();
	case CPU_ON:
	case CPU_ON | SMC64:
		return cpu_on(x[1], x[2], x[3]);
	case AFFINITY_INFO:
	case AFFINITY_INFO | SMC64:
		return affinity_info(x[1], x[2]);
	case MIGRATE_INFO_TYPE:
		return MIGRATION_NOT_NEEDED;
	case SYSTEM_OFF:
		pull(GPIO_POWER_OFF);
	case SYSTEM_RESET:
		pull(GPIO_RESET);
	case PSCI_FEATURES:
		return features(x[1]);
	default:
		return NOT_SUPPORTED;
	}
}
