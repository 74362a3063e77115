// SPDX-License-Identifier: GPL-2.0
#include <bulkhead/ioctl.h>
#include <stddef.h>

#include "words/names.h"
#include "words/tables.h"

#define WORDS(name, number, words, ...) [number] = words,
#define SECOND_WORDS(name, number, key, words, about) [number] = words,

STATES(SAME_NUMBER)
REGION_TYPES(SAME_NUMBER)
STOPS(SAME_NUMBER)

static const char *look_up(const char *const table[], size_t count, uint64_t index)
{
	return index < count && table[index] ? table[index] : "unknown";
}

const char *cell_state_name(uint64_t state)
{
	static const char *const names[] = { STATES(WORDS) };

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
	static const char *const names[] = { REGION_TYPES(WORDS) };

	return look_up(names, COUNT(names), type);
}

const char *stop_reason_key(uint64_t reason)
{
	static const char *const keys[] = { STOPS(WORDS) };

	return look_up(keys, COUNT(keys), reason);
}

const char *stop_reason_words(uint64_t reason)
{
	static const char *const words[] = { STOPS(SECOND_WORDS) };

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
	[BH_EXIT_SYSREG] = { "sysreg", "system register accesses" },
	[BH_EXIT_IRQ] = { "irq", "interrupts passed on" },
	[BH_EXIT_MAINTENANCE] = { "maintenance", "GIC maintenance interrupts" },
	[BH_EXIT_KICK] = { "kick", "kicks by the hypervisor" },
	[BH_EXIT_ABORT] = { "abort", "violations" },
	[BH_EXIT_SERROR] = { "serror", "SErrors" },
	[BH_EXIT_CACHE] = { "cache", "cache operations by set and way" },
	[BH_EXIT_OTHER] = { "other", "other exits" },
	[BH_EXIT_APIC] = { "apic", "accesses to the local APIC" },
	[BH_EXIT_CPUID] = { "cpuid", "CPUID instructions" },
	[BH_EXIT_MSR] = { "msr", "MSR accesses" },
	[BH_EXIT_PORT] = { "port", "I/O port accesses" },
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

#define FUNCTION(name, offset, words)                                   \
	case name:                                                      \
		_Static_assert((name) == BH_HC_BASE + (offset), words); \
		return words;

const char *function_name(uint64_t function)
{
	switch (function) {
		FUNCTIONS(FUNCTION)
	}
	return NULL;
}
