// SPDX-License-Identifier: GPL-2.0
/*
 * Enable and disable: claim the hypervisor's memory, and move all CPUs into the
 * hypervisor; leave.c moves them out. Under bhd.manage.
 */

#include <linux/cpumask.h>
#include <linux/io.h>
#include <linux/ioport.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/stop_machine.h>

#include "arch.h"
#include "driver.h"

#define HOTPLUG_RETRIES 5

/* ---- entry ---- */

struct entry {
	const struct bh_image_header *image;
	u64 hyp_phys;
	struct bh_boot *boot;
	u64 cpus; /* a copy of boot->cpus */
};

/*
 * Runs on every online CPU with interrupts off. If a CPU went online or offline
 * since boot->cpus was written, every CPU sees the difference and none enters.
 */
static int enter_this_cpu(void *argument)
{
	const struct entry *entry = argument;

	if (bhd_cpus_online_mask(bhd.cpu_of) != entry->cpus)
		return -EAGAIN;
	return bhd_arch_enter(entry->hyp_phys, entry->image) ? -EIO : 0;
}

static void prepare_boot(struct entry *entry, void *memory, size_t size)
{
	entry->cpus = bhd_cpus_online_mask(bhd.cpu_of);
	*entry->boot = (struct bh_boot){
		.hyp_phys = entry->hyp_phys,
		.cpus = entry->cpus,
		.timeout_ticks = bhd_arch_clock_hz(), /* one second */
	};
	bhd_arch_fill_boot(entry->boot);
	bhd_arch_clean(memory, size);
}

/* Reads the result. It may have been written with caches off: cached lines are dropped first. */
static int read_result(struct entry *entry, struct bh_boot *result, struct bhd_why *why)
{
	bhd_arch_clean(entry->boot, sizeof(*entry->boot));
	memcpy(result, entry->boot, sizeof(*result));
	if (result->state == BH_BOOT_READY)
		return 0;
	*why = (struct bhd_why){ .refusal = result->refusal };
	if (!why->refusal.code)
		bhd_refuse(why, BH_E_CPU_LOST, result->arrived, "%s", "");
	return -EPERM;
}

static int enter(void *memory, const struct bh_image_header *image, struct bh_boot *result,
		 struct bhd_why *why)
{
	u64 phys = bhd.blob.system->hyp_phys;
	struct entry entry = {
		.image = image,
		.hyp_phys = phys,
		.boot = memory + image->boot_offset,
	};
	int tries, error = -EAGAIN;

	bhd_arch_prepare_entry(memory, phys, image);
	for (tries = 0; tries < HOTPLUG_RETRIES && error == -EAGAIN; tries++) {
		prepare_boot(&entry, memory, bhd.blob.system->hyp_size);
		error = stop_machine(enter_this_cpu, &entry, cpu_online_mask);
	}
	if (error == -EAGAIN)
		return bhd_refuse(why, BH_E_BUSY, 0, "CPUs keep going online and offline");
	return read_result(&entry, result, why);
}

/* ---- memory ---- */

static int take_memory(struct bhd_why *why)
{
	const struct bh_system_part *system = bhd.blob.system;

	if (!bhd_is_ram(system->hyp_phys, system->hyp_size))
		return bhd_refuse(why, BH_D_NOT_RESERVED, system->hyp_phys, "no memory there");
	bhd.hyp_claim =
		bhd_region_claim(system->hyp_phys, system->hyp_size, BHD_NAME " hypervisor", why);
	if (!bhd.hyp_claim)
		return -EPERM;
	bhd.hyp = memremap(system->hyp_phys, system->hyp_size, MEMREMAP_WB);
	if (bhd.hyp)
		return 0;
	bhd_region_release(bhd.hyp_claim);
	return bhd_refuse(why, BH_D_NO_MEMORY, system->hyp_size, "mapping hypervisor memory");
}

static void release_memory(void)
{
	memunmap(bhd.hyp);
	bhd_region_release(bhd.hyp_claim);
	bhd.hyp = NULL;
	bhd.hyp_claim = NULL;
}

/* Finds what the hypervisor shares with root, and checks that it is the hypervisor's memory. */
static int take_windows(const struct bh_boot *boot)
{
	bhd.comm = bhd_hyp_memory(boot->comm_phys, sizeof(*bhd.comm));
	bhd.log = bhd_hyp_memory(boot->log_phys, sizeof(*bhd.log));
	bhd.stats = bhd_hyp_memory(boot->stats_phys,
				   bhd.blob.system->n_cpus * sizeof(struct bh_cpu_stats));
	bhd.rings = bhd_hyp_memory(boot->rings_phys, sizeof(*bhd.rings));
	return bhd.comm && bhd.log && bhd.stats && bhd.rings ? 0 : -EIO;
}

static int start_hypervisor(struct bhd_why *why)
{
	struct bh_image_header image;
	struct bh_boot boot;
	int error = bhd_image_place(&bhd.blob, bhd.hyp, &image, why);

	if (!error)
		error = enter(bhd.hyp, &image, &boot, why);
	if (error || !take_windows(&boot))
		return error;
	bhd_leave(&(struct bhd_why){});
	return bhd_refuse(why, BH_E_RANGE, boot.comm_phys, "%s", "");
}

static void publish(enum bh_driver_state state)
{
	down_write(&bhd.lock);
	bhd.state = state;
	up_write(&bhd.lock);
	bhd_uevent_machine();
	bhd_events_notify();
}

static int enable_with_blob(struct bhd_why *why)
{
	int error = bhd_check_before_enable(&bhd.blob, why);

	if (!error)
		error = bhd_cpus_map(bhd.blob.system, bhd.cpu_of, why);
	if (error)
		return error;
	bhd_cores_record();
	error = bhd_memory_clear_shared(why) ?: take_memory(why);
	if (error)
		return error;
	error = bhd_events_start(bhd.blob.system, why);
	if (error)
		goto no_events;
	error = start_hypervisor(why);
	if (error)
		goto no_hypervisor;
	return 0;

no_hypervisor:
	bhd_events_stop();
no_events:
	release_memory();
	return error;
}

/*
 * Starts the hypervisor under Linux. On success, the blob's memory belongs to
 * bhd.blob; a refusal changes nothing.
 */
int bhd_enable(struct bhd_blob *blob, struct bhd_why *why)
{
	int error;

	if (bhd.state != BH_DRIVER_DISABLED)
		return bhd_refuse(why, BH_D_ENABLED, 0, "%s", bhd.blob.system->name);
	if (bhd.suspending)
		return bhd_refuse(why, BH_E_BUSY, 0, "Linux is about to suspend");
	down_write(&bhd.lock);
	bhd.blob = *blob;
	up_write(&bhd.lock);
	WRITE_ONCE(bhd.enabling, true); /* before the checks */
	error = enable_with_blob(why);
	if (error) {
		WRITE_ONCE(bhd.enabling, false);
		bhd.blob = (struct bhd_blob){};
		return error;
	}
	__module_get(THIS_MODULE);
	publish(BH_DRIVER_ENABLED);
	pr_info(BHD_NAME ": enabled, system '%s'\n", bhd.blob.system->name);
	return 0;
}

/* Stops the hypervisor. Refused while cells exist and after lock. */
int bhd_disable(struct bhd_why *why)
{
	int error = bhd.half_left ? 0 : bhd_need_rights(why);

	if (error)
		return error;
	if (bhd_cell_ids())
		return bhd_refuse_at(why, BH_E_CELLS, BH_F_NONE, 0, hweight32(bhd_cell_ids()));
	down_write(&bhd.lock); /* excludes hypercalls while the hypervisor stops */
	error = bhd_leave(why);
	if (!error)
		bhd.state = BH_DRIVER_DISABLED;
	up_write(&bhd.lock);
	if (error)
		return error;
	WRITE_ONCE(bhd.enabling, false);
	bhd_events_stop();
	bhd_uevent_machine();
	bhd_events_notify();
	release_memory();
	bhd_blob_free(&bhd.blob);
	pr_info(BHD_NAME ": disabled\n");
	module_put(THIS_MODULE);
	return 0;
}

/* Drops root's right to manage until the machine is reset. */
int bhd_lock(struct bhd_why *why)
{
	int error = bhd_need_enabled(why);

	if (!error)
		error = bhd_call(&(struct bhd_call){ .function = BH_HC_LOCK }, why);
	if (error < 0)
		return error;
	publish(BH_DRIVER_LOCKED);
	return 0;
}
