// SPDX-License-Identifier: GPL-2.0
/* Enable: all CPUs enter, or none. See init.h. */
#include <hyp/arch.h>
#include <hyp/init.h>

/* Decide by compare and swap, so that all CPUs see the same decision. */
static void conclude(struct bh_boot *boot, bool arrived)
{
	/* Release: a CPU that sees READY sees all writes of the first CPU. */
	exchange(&boot->state, BH_BOOT_WAITING, arrived ? BH_BOOT_READY : BH_BOOT_REFUSED);
}

static bool all_arrived(const struct bh_boot *boot)
{
	return (__atomic_load_n(&boot->arrived, __ATOMIC_ACQUIRE) & boot->cpus) == boot->cpus;
}

void boot_arrive(struct bh_boot *boot, unsigned index)
{
	__atomic_fetch_or(&boot->arrived, BIT(index), __ATOMIC_ACQ_REL);
}

bool boot_rendezvous(struct bh_boot *boot, bool first, bool ok)
{
	uint64_t start = arch_ticks();
	/* The first CPU decides; the others wait twice as long for its decision. */
	uint64_t limit = first ? boot->timeout_ticks : 2 * boot->timeout_ticks;

	while (__atomic_load_n(&boot->state, __ATOMIC_ACQUIRE) == BH_BOOT_WAITING) {
		bool late = arch_ticks() - start > limit;

		if (first && ok && all_arrived(boot)) {
			conclude(boot, true);
		} else if (late || !ok) {
			if (first && ok)
				refuse(&boot->refusal, BH_E_CPU_LOST, BH_F_CPUS, 0,
				       boot->cpus & ~boot->arrived);
			conclude(boot, false);
		} else {
			arch_relax();
		}
	}
	return boot->state == BH_BOOT_READY;
}
