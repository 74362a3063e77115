// SPDX-License-Identifier: GPL-2.0
#include <bulkhead/ioctl.h>
#include <stddef.h>

#include "words/names.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const char *look_up(const char *const table[], size_t count, uint64_t index)
{
	return index < count && table[index] ? table[index] : "unknown";
}

const char *cell_state_name(uint64_t state)
{
	static const char *const names[] = {
		[BH_STATE_NONE] = "none",	[BH_STATE_CREATED] = "created",
		[BH_STATE_RUNNING] = "running", [BH_STATE_SHUT_DOWN] = "shut down",
		[BH_STATE_FAILED] = "failed",	[BH_STATE_WIPING] = "being destroyed",
	};

	return look_up(names, COUNT(names), state);
}

const char *driver_state_name(uint64_t state)
{
	static const char *const names[] = {
		[BH_DRIVER_DISABLED] = "disabled",
		[BH_DRIVER_ENABLED] = "enabled",
		[BH_DRIVER_LOCKED] = "locked",
	};

	return look_up(names, COUNT(names), state);
}

const char *irq_mode_name(uint64_t mode)
{
	static const char *const names[] = {
		[BH_IRQ_LIST] = "list",
		[BH_IRQ_DIRECT] = "direct",
	};

	return look_up(names, COUNT(names), mode);
}

const char *region_type_name(uint64_t type)
{
	static const char *const names[] = {
		[BH_REGION_RAM] = "RAM",
		[BH_REGION_MMIO] = "device",
		[BH_REGION_SHARED] = "shared",
	};

	return look_up(names, COUNT(names), type);
}

const char *stop_reason_key(uint64_t reason)
{
	static const char *const keys[] = {
		[BH_STOP_NONE] = "none",     [BH_STOP_ACCESS] = "access",
		[BH_STOP_FETCH] = "fetch",   [BH_STOP_TRAP] = "trap",
		[BH_STOP_MMIO] = "mmio",     [BH_STOP_HYPERVISOR_FAULT] = "hypervisor-fault",
		[BH_STOP_SERROR] = "serror", [BH_STOP_RESET] = "reset",
		[BH_STOP_OFF] = "off",	     [BH_STOP_REQUESTED] = "requested",
		[BH_STOP_FORCED] = "forced", [BH_STOP_CPU_LOST] = "cpu-lost",
		[BH_STOP_PORT] = "port",
	};

	return look_up(keys, COUNT(keys), reason);
}

const char *stop_reason_words(uint64_t reason)
{
	static const char *const words[] = {
		[BH_STOP_NONE] = "has not stopped yet",
		[BH_STOP_ACCESS] = "accessed memory that its config doesn't give it",
		[BH_STOP_FETCH] = "jumped to memory that its config doesn't let it execute",
		[BH_STOP_TRAP] = "used an instruction or register that it may not use",
		[BH_STOP_MMIO] = "accessed an emulated device in a way that can't be decoded",
		[BH_STOP_HYPERVISOR_FAULT] =
			"ended because the hypervisor itself faulted while it served it",
		[BH_STOP_SERROR] = "caused an SError (an asynchronous bus error)",
		[BH_STOP_RESET] = "asked for a reset, and its config keeps no image for one",
		[BH_STOP_OFF] = "switched itself off",
		[BH_STOP_REQUESTED] = "shut down as it was asked to",
		[BH_STOP_FORCED] = "was stopped by force",
		[BH_STOP_CPU_LOST] = "has a CPU that didn't come back",
		[BH_STOP_PORT] = "used an I/O port that its config doesn't give it",
	};

	return look_up(words, COUNT(words), reason);
}

static const struct {
	const char *key;
	const char *words;
} exits[] = {
	[BH_EXIT_TOTAL] = { "total", "all exits" },
	[BH_EXIT_HYPERCALL] = { "hypercall", "hypercalls" },
	[BH_EXIT_PSCI] = { "psci", "PSCI calls" },
	[BH_EXIT_SMC] = { "smc", "other SMC and HVC calls" },
	[BH_EXIT_MMIO_GICD] = { "mmio-gicd", "accesses to the GIC distributor" },
	[BH_EXIT_MMIO_GICR] = { "mmio-gicr", "accesses to the GIC redistributor" },
	[BH_EXIT_MMIO_CONSOLE] = { "mmio-console", "accesses to the console" },
	[BH_EXIT_MMIO_OTHER] = { "mmio-other", "accesses to other emulated devices" },
	[BH_EXIT_SGI] = { "sgi", "interrupts sent to other CPUs" },
	[BH_EXIT_SYSREG] = { "sysreg", "system registers" },
	[BH_EXIT_IRQ] = { "irq", "interrupts passed on" },
	[BH_EXIT_MAINTENANCE] = { "maintenance", "GIC maintenance interrupts" },
	[BH_EXIT_KICK] = { "kick", "kicks by the hypervisor" },
	[BH_EXIT_ABORT] = { "abort", "violations" },
	[BH_EXIT_SERROR] = { "serror", "SErrors" },
	[BH_EXIT_CACHE] = { "cache", "cache operations by set and way" },
	[BH_EXIT_OTHER] = { "other", "others" },
	[BH_EXIT_APIC] = { "apic", "accesses to the local APIC" },
	[BH_EXIT_CPUID] = { "cpuid", "CPUID instructions" },
	[BH_EXIT_MSR] = { "msr", "model-specific registers" },
	[BH_EXIT_PORT] = { "port", "I/O ports" },
};
_Static_assert(COUNT(exits) == BH_EXIT_COUNT, "each exit reason has a name");

const char *exit_key(unsigned int exit)
{
	return exit < COUNT(exits) ? exits[exit].key : NULL;
}

const char *exit_words(unsigned int exit)
{
	return exit < COUNT(exits) ? exits[exit].words : NULL;
}

const char *function_name(uint64_t function)
{
	switch (function) {
	case BH_HC_VERSION:
		return "version";
	case BH_HC_SHUTDOWN_DONE:
		return "shutdown done";
	case BH_HC_CELL_CREATE:
		return "cell create";
	case BH_HC_CELL_LOAD:
		return "cell load";
	case BH_HC_CELL_START:
		return "cell start";
	case BH_HC_CELL_SHUTDOWN:
		return "cell shutdown";
	case BH_HC_CELL_DESTROY:
		return "cell destroy";
	case BH_HC_DISABLE:
		return "disable";
	case BH_HC_LOCK:
		return "lock";
	case BH_HC_CELL_STATUS:
		return "cell status";
	case BH_HC_CONSOLE_INPUT:
		return "console input";
	case BH_HC_MEMORY_STATUS:
		return "memory status";
	}
	return NULL;
}
