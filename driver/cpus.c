// SPDX-License-Identifier: GPL-2.0
/*
 * CPUs: Linux's number of each CPU of the config, and taking CPUs from Linux by
 * hot-unplug. bhd_arch_cpu_off() then hands an offline CPU to the hypervisor.
 */

#include <linux/cpu.h>
#include <linux/cpumask.h>
#include <linux/device.h>
#include <linux/smp.h>
#include <linux/workqueue.h>

#include "arch.h"
#include "driver.h"

static void read_hw_id(void *id)
{
	*(u64 *)id = bhd_arch_this_cpu_id();
}

/* Reads the hardware id of a CPU: on the CPU itself or, if it is offline, from Linux's tables. */
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
 * Fills in Linux's number of each CPU of the config. Refuses a CPU that only
 * Linux or only the config has.
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

/* Returns the mask of online CPUs by system index. Stable only in stop_machine(). */
u64 bhd_cpus_online_mask(const int *cpu_of)
{
	u64 mask = 0;
	u32 i;

	for (i = 0; i < BH_MAX_CPUS; i++)
		if (cpu_of[i] >= 0 && cpu_online(cpu_of[i]))
			mask |= 1ull << i;
	return mask;
}

/* A request to a worker to switch a CPU on or off in Linux. */
struct cpu_switch {
	struct work_struct work;
	unsigned int cpu;
	bool on;
	int result;
};

static void cpu_switch_work(struct work_struct *work)
{
	struct cpu_switch *order = container_of(work, struct cpu_switch, work);

	if (!cpu_present(order->cpu)) /* ejected since enable: it has no device */
		order->result = -ENODEV;
	else
		order->result = order->on ? add_cpu(order->cpu) : remove_cpu(order->cpu);
}

/*
 * Switches a CPU on or off. Bringing a CPU up creates threads, which fails in a
 * killed process, so a worker does it. Returns 0, 1 if nothing changed, or -errno.
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

/* Hands an offline CPU to the hypervisor, unless Linux has switched it on again. */
static void park(u32 i)
{
	cpus_read_lock();
	if (!cpu_online(bhd.cpu_of[i]))
		bhd_arch_cpu_off(bhd.blob.system->cpus[i].hw_id);
	cpus_read_unlock();
}

/*
 * Lets ACPI eject a CPU, or not: before an ejection Linux takes the CPU offline, also one that is
 * offline already, and gives up if that is disabled. Under the device's lock, as other flags share
 * the word.
 */
static void let_eject(unsigned int cpu, bool may)
{
	struct device *device = get_cpu_device(cpu);

	if (!device)
		return;
	device_lock(device);
#ifdef BHD_HAS_DEVICE_FLAGS
	dev_assign_offline_disabled(device, !may);
#else
	device->offline_disabled = !may;
#endif
	device_unlock(device);
}

/* Takes one CPU. Returns 0, 1 if it was offline, or -errno. */
static int take(unsigned int cpu)
{
	int result = cpu_switch(cpu, false);

	if (result < 0)
		return result;
	let_eject(cpu, false);
	/* Fails now, after waiting for an ejection that began before. */
	cpu_switch(cpu, false);
	return cpu_present(cpu) ? result : -ENODEV;
}

/*
 * Takes the cell's CPUs from Linux, all or none; until they are given back, nobody can eject them.
 * cell->cpus_taken: the mask, of system CPU indexes, of those that were online.
 */
int bhd_cpus_take(struct bhd_cell *cell, struct bhd_why *why)
{
	u32 i;

	for (i = 0; i < BH_MAX_CPUS; i++) {
		int result;

		if (!(cell->part->cpus & 1ull << i) || bhd.cpu_of[i] < 0)
			continue;
		result = take(bhd.cpu_of[i]);
		if (result >= 0) {
			cell->cpus_kept |= 1ull << i;
			cell->cpus_taken |= result ? 0 : 1ull << i;
			park(i);
			continue;
		}
		bhd_cpus_give_back(cell);
		bhd_refuse(why, BH_D_CPU_OFFLINE, i, "CPU %d of Linux", bhd.cpu_of[i]);
		why->refusal.index = -result;
		return -EPERM;
	}
	return 0;
}

/* Hands all offline CPUs to the hypervisor. */
void bhd_cpus_park(void)
{
	u32 i;

	for (i = 0; i < BH_MAX_CPUS; i++)
		if (bhd.cpu_of[i] >= 0)
			park(i);
}

/* Returns the cell's CPUs to Linux, which switches those on that it had on. Returns the mask of
 * those that failed. */
u64 bhd_cpus_give_back(struct bhd_cell *cell)
{
	u64 failed = 0;
	u32 i;

	for (i = 0; i < BH_MAX_CPUS; i++) {
		if (cell->cpus_kept & 1ull << i)
			let_eject(bhd.cpu_of[i], true);
		if (cell->cpus_taken & 1ull << i && cpu_switch(bhd.cpu_of[i], true) < 0)
			failed |= 1ull << i;
	}
	cell->cpus_kept = cell->cpus_taken = 0;
	return failed;
}
