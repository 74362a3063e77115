// SPDX-License-Identifier: GPL-2.0
/* CPU_ON by the hypervisor itself. Any CPU. */
#include <arch/psci.h>
#include <hyp/arch.h>

#define RETRY_MS 20u

/* Some firmware reports a CPU off before it is ready to start it again: for a while it answers that
 * the CPU is on, or on its way. */
bool firmware_cpu_on(uint64_t hw_id, paddr_t entry, uint64_t argument)
{
	uint64_t start = arch_ticks(), limit = RETRY_MS * arch_ticks_per_ms();
	int64_t answer;

	do {
		answer = firmware_call(PSCI_CPU_ON | PSCI_64, hw_id, entry, argument);
	} while ((answer == PSCI_ALREADY_ON || answer == PSCI_ON_PENDING) &&
		 arch_ticks() - start < limit);
	return answer == PSCI_SUCCESS;
}
