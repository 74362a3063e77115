// SPDX-License-Identifier: GPL-2.0
/*
 * Threads of one core share caches, buffers and predictors: they can observe and
 * slow down each other. Therefore all threads of a core must have one owner.
 */

#include <linux/cpu.h>
#include <linux/cpumask.h>
#include <linux/string.h>
#include <linux/topology.h>

#include "driver.h"

/*
 * By Linux's number of a CPU: the mask of all CPUs of its core. Linux forgets
 * offline CPUs, so bits stay set once recorded. Under bhd.manage.
 */
static u64 threads_of[BH_MAX_CPUS];

/* Records the threads of all online CPUs. */
void bhd_cores_record(void)
{
	unsigned int cpu, thread;

	cpus_read_lock();
	for_each_online_cpu (cpu)
		for_each_cpu (thread, topology_sibling_cpumask(cpu))
			if (cpu < BH_MAX_CPUS && thread < BH_MAX_CPUS)
				threads_of[cpu] |= 1ull << thread;
	cpus_read_unlock();
}

/* CPUs by Linux's numbers; -1: none. */
static bool of_one_core(int one, int other)
{
	if (one < 0 || one >= BH_MAX_CPUS || other < 0 || other >= BH_MAX_CPUS)
		return false;
	return threads_of[one] & 1ull << other;
}

/* Refuses a cell that has some but not all threads of a core. cpu_of: from bhd_cpus_map(). */
int bhd_cores_check(const struct bh_cell_part *part, const int *cpu_of, struct bhd_why *why)
{
	u32 own, other;

	bhd_cores_record();
	for (own = 0; own < BH_MAX_CPUS; own++) {
		if (!(part->cpus & 1ull << own))
			continue;
		for (other = 0; other < BH_MAX_CPUS; other++) {
			if (part->cpus & 1ull << other || !of_one_core(cpu_of[own], cpu_of[other]))
				continue;
			bhd_refuse_at(why, BH_D_CORE, BH_F_CPUS, own, other);
			strscpy(why->name, part->name, sizeof(why->name));
			return -EPERM;
		}
	}
	return 0;
}
