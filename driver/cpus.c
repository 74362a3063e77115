// SPDX-License-Identifier: GPL-2.0
/*
 * CPUs: which of Linux's is which of the config's, and how they change hands.
 * Linux's CPU_OFF takes one to the firmware, where the hypervisor fetches it.
 */

#include <linux/cpu.h>
#include <linux/cpumask.h>
#include <linux/smp.h>
#include <linux/workqueue.h>

#include "arch.h"
#include "driver.h"

static void read_hw_id(void *id)
{
	*(u64 *)id = bhd_arch_this_cpu_id();
}

/* An online CPU is asked. */
static int hw_id_of(unsigned int cpu, u64 *id)
{
	if (!smp_call_function_single(cpu, read_hw_id, id, true))
		return 0;
	return bhd_arch_offline_cpu_id(cpu, id);
}

static int index_of(const struct bh_system_part *system, u64 id)
{
	u32 i;

	for (i = 0; i < system->n_cpus; i++)
		if (system->cpus[i].hw_id == id)
			return i;
	return -1;
}

/*
 * Fills in Linux's number of each CPU of the config. Refused if one side knows
 * a CPU that the other doesn't.
 */
int bhd_cpus_map(const struct bh_system_part *system, int *cpu_of, struct bhd_why *why)
{
	unsigned int cpu;
	u32 i;

	for (i = 0; i < BH_MAX_CPUS; i++)
		cpu_of[i] = -1;
	for_each_possible_cpu (cpu) {
		u64 id = ~0ull;
		int index = hw_id_of(cpu, &id) ? -1 : index_of(system, id);

		if (index < 0)
			return bhd_refuse(why, BH_D_NO_CPU, id, "CPU %u of Linux", cpu);
		cpu_of[index] = cpu;
	}
	for (i = 0; i < system->n_cpus; i++)
		if (cpu_of[i] < 0)
			return bhd_refuse(why, BH_D_NO_CPU, system->cpus[i].hw_id,
					  "CPU %u of the config", i);
	return 0;
}

/* The mask of system CPU indexes that are online. Stable in stop_machine() only. */
u64 bhd_cpus_online_mask(const int *cpu_of)
{
	u64 mask = 0;
	u32 i;

	for (i = 0; i < BH_MAX_CPUS; i++)
		if (cpu_of[i] >= 0 && cpu_online(cpu_of[i]))
			mask |= 1ull << i;
	return mask;
}

/* Linux's switching a CPU on or off, on a worker's behalf. */
struct cpu_switch {
	struct work_struct work;
	unsigned int cpu;
	bool on;
	int result;
};

static void cpu_switch_work(struct work_struct *work)
{
	struct cpu_switch *order = container_of(work, struct cpu_switch, work);

	order->result = order->on ? add_cpu(order->cpu) : remove_cpu(order->cpu);
}

/*
 * Bringing a CPU up creates threads, which fails in a process that has been
 * killed; so a worker does it. Gives 0, 1 if it was so already, or -errno.
 */
static int cpu_switch(unsigned int cpu, bool on)
{
	struct cpu_switch order = { .cpu = cpu, .on = on };

	INIT_WORK_ONSTACK(&order.work, cpu_switch_work);
	queue_work(system_unbound_wq, &order.work);
	flush_work(&order.work);
	destroy_work_on_stack(&order.work);
	return order.result;
}

/* Puts a CPU that is off into the hypervisor's care; Linux may have switched it on again. */
static void park(u32 i)
{
	cpus_read_lock();
	if (!cpu_online(bhd.cpu_of[i]))
		bhd_arch_cpu_off(bhd.blob.system->cpus[i].hw_id);
	cpus_read_unlock();
}

/*
 * Takes CPUs (a mask of system CPU indexes) from Linux; *taken: those that
 * were online. All or none.
 */
int bhd_cpus_take(u64 mask, u64 *taken, struct bhd_why *why)
{
	u32 i;

	*taken = 0;
	for (i = 0; i < BH_MAX_CPUS; i++) {
		int result;

		if (!(mask & 1ull << i) || bhd.cpu_of[i] < 0)
			continue;
		result = cpu_switch(bhd.cpu_of[i], false);
		if (!result)
			*taken |= 1ull << i;
		if (result >= 0) {
			park(i);
			continue;
		}
		bhd_cpus_give_back(*taken);
		*taken = 0;
		bhd_refuse(why, BH_D_CPU_OFFLINE, i, "CPU %d of Linux", bhd.cpu_of[i]);
		why->refusal.index = -result;
		return -EPERM;
	}
	return 0;
}

/* Puts all CPUs that Linux has switched off into the hypervisor's care. */
void bhd_cpus_park(void)
{
	u32 i;

	for (i = 0; i < BH_MAX_CPUS; i++)
		if (bhd.cpu_of[i] >= 0)
			park(i);
}

/* Gives CPUs back to Linux. Gives the mask of those that didn't come. */
u64 bhd_cpus_give_back(u64 taken)
{
	u64 failed = 0;
	u32 i;

	for (i = 0; i < BH_MAX_CPUS; i++)
		if (taken & 1ull << i && cpu_switch(bhd.cpu_of[i], true) < 0)
			failed |= 1ull << i;
	return failed;
}
