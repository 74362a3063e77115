// SPDX-License-Identifier: GPL-2.0
/*
 * Creating and destroying cells. Under bhd.manage. Creation takes CPUs, memory
 * and devices from Linux in steps; give_back() undoes any number of them.
 */

#include <linux/mm.h>
#include <linux/sched.h>
#include <linux/slab.h>

#include "driver.h"

static int refuse_owned(struct bhd_why *why, u32 code, u32 field, u32 index, u32 owner)
{
	bhd_refuse_at(why, code, field, index, index);
	why->refusal.owner = owner;
	return -EPERM;
}

/* Refuses early what the hypervisor would refuse after all steps are done. */
static int check_others(const struct bh_cell_part *part, struct bhd_why *why)
{
	u32 id;

	for (id = 1; id < BH_MAX_CELLS; id++) {
		const struct bhd_cell *other = bhd.cells[id];

		if (!other)
			continue;
		if (!strcmp(other->part->name, part->name))
			return refuse_owned(why, BH_E_EXISTS, BH_F_NAME, 0, id);
		if (other->part->cpus & part->cpus)
			return refuse_owned(why, BH_E_OWNED, BH_F_CPUS,
					    __ffs64(other->part->cpus & part->cpus), id);
	}
	return 0;
}

/* Allocates a cell. It takes over @part: on failure it frees it. */
static struct bhd_cell *cell_new(struct bh_cell_part *part)
{
	struct bhd_cell *cell = kzalloc(sizeof(*cell), GFP_KERNEL);

	if (!cell) {
		kfree(part);
		return NULL;
	}
	kobject_init(&cell->kobject, &bhd_cell_type); /* kobject_put() frees it from here on */
	cell->part = part;
	mutex_init(&cell->console_lock);
	INIT_LIST_HEAD(&cell->devices);
	snprintf(cell->claim_name, sizeof(cell->claim_name), BHD_NAME " cell %s", part->name);
	cell->history = kvmalloc(BHD_HISTORY_BYTES, GFP_KERNEL);
	if (cell->history)
		return cell;
	kobject_put(&cell->kobject);
	return NULL;
}

/* Returns to Linux everything that was taken for the cell. */
static int give_back(struct bhd_cell *cell, struct bhd_why *why)
{
	u64 failed = bhd_cpus_give_back(cell);

	bhd_memory_release(cell);
	bhd_devices_give_back(cell);
	if (!failed)
		return 0;
	pr_err(BHD_NAME ": could not switch on CPUs %#llx of cell '%s' in Linux\n", failed,
	       cell->part->name);
	return bhd_refuse(why, BH_D_CPU_ONLINE_FAILED, __ffs64(failed), "CPU %d of Linux",
			  bhd.cpu_of[__ffs64(failed)]);
}

/*
 * Takes from Linux everything that the cell gets. Steps without a visible effect
 * come first; unbinding drivers is visible to users and comes last.
 */
static int take(struct bhd_cell *cell, bool unbind, struct bhd_why *why)
{
	int error = bhd_devices_note(cell, unbind, why);

	if (!error)
		error = bhd_irqs_check(cell, unbind, why);
	if (!error)
		error = bhd_memory_claim(cell, false, why);
	if (!error)
		error = bhd_memory_wipe(cell, why);
	if (!error)
		error = bhd_cpus_take(cell, why);
	if (!error)
		error = bhd_devices_hold(cell, unbind, why);
	if (!error) /* another driver may share a line of an unbound one */
		error = bhd_irqs_check(cell, false, why);
	return error ?: bhd_memory_claim(cell, true, why);
}

/*
 * Does one step of destruction. Returns -EAGAIN after a wiped piece. The lock
 * keeps readers out: the last step unmaps the cell's console from Linux, too.
 */
static int destroy_step(struct bhd_cell *cell, struct bhd_why *why)
{
	int result;

	down_write(&bhd.lock);
	result = bhd_call_id(BH_HC_CELL_DESTROY, cell->id, why);
	if (result >= 0) {
		bhd.cells[cell->id] = NULL;
		cell->gone = true;
	}
	up_write(&bhd.lock);
	return result;
}

/* Destroys the cell in the hypervisor. Signals do not interrupt it. */
static int destroy_in_hypervisor(struct bhd_cell *cell, struct bhd_why *why)
{
	int result;

	while ((result = destroy_step(cell, why)) == -EAGAIN)
		cond_resched();
	return result < 0 ? result : 0;
}

/* Makes the hypercall that creates the cell; returns its id. With @check the hypervisor only checks
 * the config; returns 0 if creation would succeed. */
static int ask_for(const struct bhd_cell *cell, bool check, struct bhd_why *why)
{
	const struct bhd_call call = {
		.function = BH_HC_CELL_CREATE,
		.arg1 = check,
		.in = cell->part,
		.in_size = cell->part->header.size,
	};

	return bhd_call(&call, why);
}

static int create_in_hypervisor(struct bhd_cell *cell, struct bhd_why *why)
{
	int id = ask_for(cell, false, why);

	if (id < 0)
		return id;
	if (!id || id >= BH_MAX_CELLS || bhd.cells[id])
		return bhd_refuse_at(why, BH_E_RANGE, BH_F_CELL_ID, 0, id);
	cell->id = id;
	return 0;
}

/* Stores the address of the cell's console and its first state. */
static int get_status(struct bhd_cell *cell, struct bhd_why *why)
{
	struct bh_cell_status status;
	int error = bhd_cell_status(cell->id, &status, why);

	if (error)
		return error;
	cell->state = status.state;
	if (status.console_phys)
		cell->console = bhd_hyp_memory(status.console_phys, sizeof(*cell->console));
	return 0;
}

static void publish(struct bhd_cell *cell)
{
	down_write(&bhd.lock);
	bhd.cells[cell->id] = cell;
	up_write(&bhd.lock);
	bhd_uevent_cell(cell);
	bhd_events_notify();
}

/*
 * A failure also frees @cell, with one exception: if the hypervisor faulted or
 * cannot destroy the cell, ownership is unknown. Then everything stays taken and
 * @cell stays allocated, because Linux's lists point to it.
 */
static int create(struct bhd_cell *cell, u32 flags, struct bhd_why *why)
{
	struct bhd_why ignored;
	int error = ask_for(cell, true, why);

	if (!error)
		error = take(cell, flags & BH_CREATE_UNBIND, why);
	if (!error)
		error = create_in_hypervisor(cell, why);
	if (error)
		goto undo_take;
	error = get_status(cell, why) ?: bhd_shm_cell_added(cell->part, why);
	if (error)
		goto undo_create;
	if (bhd_sysfs_add(cell)) {
		error = bhd_refuse(why, BH_D_NO_MEMORY, 0, "sysfs");
		goto undo_shm;
	}
	publish(cell);
	return 0;

undo_shm:
	bhd_shm_cell_removed(cell->part);
undo_create:
	if (destroy_in_hypervisor(cell, &ignored))
		return error;
undo_take:
	if (why->refusal.code == BH_E_FAULT)
		return error;
	give_back(cell, &ignored);
	kobject_put(&cell->kobject);
	return error;
}

/*
 * Creates a cell from a config part and stores its id. The part belongs to this
 * function, also on failure. A refusal changes nothing.
 */
int bhd_cell_create(struct bh_cell_part *part, u32 flags, u32 *id, struct bhd_why *why)
{
	struct bhd_cell *cell;
	int error = bhd_need_rights(why) ?: check_others(part, why);

	if (!error)
		error = bhd_cores_check(part, bhd.cpu_of, why);
	if (!error && flags & ~BH_CREATE_UNBIND)
		error = bhd_refuse_at(why, BH_E_RESERVED, BH_F_FLAGS, 0, flags);
	if (error) {
		kfree(part);
		return error;
	}
	cell = cell_new(part);
	if (!cell)
		return bhd_refuse(why, BH_D_NO_MEMORY, BHD_HISTORY_BYTES, "%s", "");
	error = create(cell, flags, why);
	if (!error)
		*id = cell->id;
	return error;
}

static void unpublish(struct bhd_cell *cell)
{
	cell->state = BH_STATE_NONE;
	bhd_uevent_cell(cell);
	bhd_sysfs_remove(cell);
	bhd_events_notify();
}

/*
 * Destroys a cell that does not run and returns everything to Linux. Once the
 * hypervisor has agreed, the function completes even if its caller is killed.
 */
int bhd_cell_destroy(u32 id, struct bhd_why *why)
{
	struct bhd_cell *cell;
	int error = bhd_need_rights(why);

	if (error)
		return error;
	cell = bhd_cell_find(id, why);
	if (!cell)
		return -EPERM;
	bhd_cell_refresh(cell);
	if (cell->state != BH_STATE_RUNNING) /* devices of a running cell, refused below, go on */
		bhd_devices_quiesce(cell);
	error = destroy_in_hypervisor(cell, why);
	if (error)
		return error;
	unpublish(cell);
	bhd_shm_cell_removed(cell->part); /* unmaps the memory before it can be claimed again */
	error = give_back(cell, why);
	kobject_put(&cell->kobject);
	return error;
}
