// SPDX-License-Identifier: GPL-2.0
/*
 * PSCI for guests, handled on the calling CPU. Each cell, root too, sees and
 * controls its own CPUs only. cpu_start() claims a CPU by compare-and-swap of
 * its state, so there are no locks.
 */
#include <arch/gic.h>
#include <arch/psci.h>
#include <arch/sysreg.h>
#include <arch/trap.h>
#include <hyp/arch.h>

#define MPIDR_AFFINITY 0xff00ffffffull

static int64_t cpu_on(struct percpu *caller, uint64_t mpidr, uint64_t entry, uint64_t context)
{
	struct percpu *cpu = find_cpu(caller->public.cell, mpidr);

	if (!cpu || mpidr & ~MPIDR_AFFINITY)
		return PSCI_INVALID_PARAMETERS;
	switch (cpu->public.state) {
	case CPU_RUNNING:
		return PSCI_ALREADY_ON;
	case CPU_LOST:
		return PSCI_INTERNAL_FAILURE;
	case CPU_STARTING:
		return PSCI_ON_PENDING;
	default: /* not off yet, or claimed by another caller: the guest retries */
		return cpu_start(cpu, entry, context) ? PSCI_SUCCESS : PSCI_ON_PENDING;
	}
}

static int64_t affinity_info(struct percpu *caller, uint64_t mpidr, uint64_t level)
{
	struct percpu *cpu = find_cpu(caller->public.cell, mpidr);

	if (!cpu || level)
		return PSCI_INVALID_PARAMETERS;
	switch (cpu->public.state) {
	case CPU_RUNNING:
		return AFFINITY_ON;
	case CPU_STARTING:
		return AFFINITY_ON_PENDING;
	default:
		return arch_cpu_is_off(cpu) ? AFFINITY_OFF : AFFINITY_ON;
	}
}

/* Power-down would lose EL2's state. Standby is a correct response to all requests (5.4.5). */
static int64_t cpu_suspend(struct percpu *cpu)
{
	/* An interrupt in a list register is acknowledged already: it doesn't end WFI at EL2. */
	if (!gic_list_waits())
		gic_sleep(cpu);
	return PSCI_SUCCESS;
}

/* Root's reset and power-off go to the firmware, unless cells are running. */
static int64_t system_power(struct percpu *cpu, const struct guest_regs *regs)
{
	const uint64_t *x = regs->x;

	if (cpu->public.cell == root_cell()) {
		if (root_must_stay(x[0]))
			cpu_park(cpu);
		return firmware_call(x[0], x[1], x[2], x[3]);
	}
	if ((x[0] & ~(uint64_t)PSCI_64) == PSCI_SYSTEM_OFF)
		cell_stop_self(cpu, NULL, BH_STOP_OFF);
	cell_reset_self(cpu);
}

#define CALL(function) BIT((function)&0x1f)
#define CALLS                                                                                   \
	(CALL(PSCI_VERSION) | CALL(PSCI_CPU_SUSPEND) | CALL(PSCI_CPU_OFF) | CALL(PSCI_CPU_ON) | \
	 CALL(PSCI_AFFINITY_INFO) | CALL(PSCI_MIGRATE_INFO_TYPE) | CALL(PSCI_SYSTEM_OFF) |      \
	 CALL(PSCI_SYSTEM_RESET) | CALL(PSCI_FEATURES))
#define WIDE_CALLS (CALL(PSCI_CPU_SUSPEND) | CALL(PSCI_CPU_ON) | CALL(PSCI_AFFINITY_INFO))

/* PSCI_FEATURES. SYSTEM_RESET2, which is optional, is handled but not advertised. */
static int64_t features(uint32_t function)
{
	uint32_t n = (function & ~PSCI_64) - PSCI_VERSION;

	if (function == SMCCC_VERSION ||
	    (n < 32 && (function & PSCI_64 ? WIDE_CALLS : CALLS) >> n & 1))
		return PSCI_SUCCESS;
	return PSCI_NOT_SUPPORTED;
}

/* Never forward PSCI or SDEI (Arm DEN0054) calls: the firmware could re-enter EL2 where root
 * chooses. */
static bool is_psci_or_sdei(uint32_t function)
{
	return (function & ~(PSCI_64 | 0x3f)) == PSCI_VERSION;
}

bool psci_call(struct percpu *cpu, struct guest_regs *regs)
{
	uint64_t *x = regs->x;
	uint32_t function = (uint32_t)x[0];
	/* The arguments of a 32-bit call are w1 to w3 (DEN0028 3.1). */
	uint64_t mask = function & PSCI_64 ? ~0ull : UINT32_MAX;

	switch (function) {
	case PSCI_CPU_SUSPEND:
	case PSCI_CPU_SUSPEND | PSCI_64:
		x[0] = cpu_suspend(cpu);
		return true;
	case PSCI_CPU_OFF:
		arch_cpu_off(cpu);
	case PSCI_CPU_ON:
	case PSCI_CPU_ON | PSCI_64:
		x[0] = cpu_on(cpu, x[1] & mask, x[2] & mask, x[3] & mask);
		return true;
	case PSCI_AFFINITY_INFO:
	case PSCI_AFFINITY_INFO | PSCI_64:
		x[0] = affinity_info(cpu, x[1] & mask, (uint32_t)x[2]);
		return true;
	case PSCI_MIGRATE_INFO_TYPE:
		x[0] = 2; /* no trusted OS that needs migration (5.9) */
		return true;
	case PSCI_SYSTEM_OFF:
	case PSCI_SYSTEM_RESET:
	case PSCI_SYSTEM_RESET2:
	case PSCI_SYSTEM_RESET2 | PSCI_64:
		x[0] = system_power(cpu, regs);
		return true;
	case PSCI_FEATURES:
		x[0] = (uint64_t)features((uint32_t)x[1]);
		return true;
	default:
		if (!is_psci_or_sdei(function))
			return false;
		x[0] = (uint64_t)PSCI_NOT_SUPPORTED;
		return true;
	}
}
