// SPDX-License-Identifier: GPL-2.0
/* The module's state, and queries that need no hypercall. */

#include <linux/miscdevice.h>
#include <linux/mm.h>

#include "state.h"

struct bhd bhd = {
	.manage = __MUTEX_INITIALIZER(bhd.manage),
	.lock = __RWSEM_INITIALIZER(bhd.lock),
	.comm_lock = __MUTEX_INITIALIZER(bhd.comm_lock),
	.wait = __WAIT_QUEUE_HEAD_INITIALIZER(bhd.wait),
};

struct miscdevice bhd_device = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = BHD_NAME,
	.mode = 0600,
};

int bhd_need_enabled(struct bhd_why *why)
{
	return bhd.state == BH_DRIVER_DISABLED ? bhd_refuse(why, BH_D_NOT_ENABLED, 0, "%s", "") : 0;
}

/* Refuses early what the hypervisor would refuse after 'hvctl lock'. */
int bhd_need_rights(struct bhd_why *why)
{
	if (bhd.state == BH_DRIVER_LOCKED)
		return bhd_refuse_at(why, BH_E_LOCKED, BH_F_RIGHTS, 0, BH_RIGHT_MANAGE);
	return bhd_need_enabled(why);
}

/*
 * Returns the mapping of a physical address that the hypervisor reported, or
 * NULL if the range is not inside the hypervisor's memory.
 */
void *bhd_hyp_memory(u64 phys, u64 size)
{
	u64 start = bhd.blob.system->hyp_phys;
	u64 all = bhd.blob.system->hyp_size;

	if (!PAGE_ALIGNED(phys) || size > all || phys < start || phys - start > all - size)
		return NULL;
	return bhd.hyp + (phys - start);
}

/*
 * Returns the cell with this id, or NULL with a refusal. The caller holds
 * bhd.lock or bhd.manage; the cell exists until it drops the lock.
 */
struct bhd_cell *bhd_cell_find(u32 id, struct bhd_why *why)
{
	struct bhd_cell *cell = id && id < BH_MAX_CELLS ? bhd.cells[id] : NULL;

	if (!cell)
		bhd_refuse_at(why, BH_E_NO_CELL, BH_F_CELL_ID, 0, id);
	return cell;
}

/* Returns the mask of existing cell ids. The caller holds bhd.lock or bhd.manage. */
u32 bhd_cell_ids(void)
{
	u32 id, mask = 0;

	for (id = 1; id < BH_MAX_CELLS; id++)
		if (bhd.cells[id])
			mask |= 1u << id;
	return mask;
}
