// SPDX-License-Identifier: GPL-2.0
/* Hypercalls and the comm page. Valid only while enabled. */

#include <linux/string.h>

#include "arch.h"
#include "driver.h"

/*
 * Stores a refusal. The result register gave its code; the comm page has the
 * rest, which is ignored if the page has another code.
 */
static int refused(u32 code, struct bhd_why *why)
{
	*why = (struct bhd_why){ .refusal = bhd.comm->refusal };
	if (why->refusal.code != code)
		why->refusal = (struct bh_refusal){ .code = code, .owner = BH_OWNER_NONE };
	/* Readers come here, too, without bhd.manage. Nothing else changes the state from now on,
	 * because the hypervisor refuses to disable. */
	if (code == BH_E_FAULT)
		WRITE_ONCE(bhd.state, BH_DRIVER_LOCKED);
	return -EPERM;
}

static int call_locked(const struct bhd_call *call, struct bhd_why *why)
{
	long result;

	if (call->in)
		memcpy(bhd.comm->data, call->in, call->in_size);
	result = bhd_arch_hypercall(call->function, call->arg1, call->arg2);
	if (result == -BH_E_AGAIN)
		return -EAGAIN;
	if (result < 0)
		return refused(-result, why);
	if (call->out)
		memcpy(call->out, bhd.comm->data, call->out_size);
	return result;
}

/*
 * Makes a hypercall. Returns its result, which is not negative; -EAGAIN; or
 * -EPERM with a refusal. in_size and out_size are at most that of bh_comm.data.
 */
int bhd_call(const struct bhd_call *call, struct bhd_why *why)
{
	int result;

	if (bhd.half_left)
		return bhd_refuse(why, BH_D_HALF_LEFT, 0, "%s", "");
	mutex_lock(&bhd.comm_lock);
	result = call_locked(call, why);
	mutex_unlock(&bhd.comm_lock);
	return result;
}

/* Makes a hypercall whose argument is a cell id. */
int bhd_call_id(u32 function, u32 id, struct bhd_why *why)
{
	return bhd_call(&(struct bhd_call){ .function = function, .arg1 = id }, why);
}

static int status_locked(u32 id, struct bh_cell_status *status, struct bhd_why *why)
{
	const struct bhd_call call = {
		.function = BH_HC_CELL_STATUS,
		.arg1 = id,
		.out = status,
		.out_size = sizeof(*status),
	};
	int result = call_locked(&call, why);

	return result < 0 ? result : 0;
}

int bhd_cell_status(u32 id, struct bh_cell_status *status, struct bhd_why *why)
{
	int result;

	mutex_lock(&bhd.comm_lock);
	result = status_locked(id, status, why);
	mutex_unlock(&bhd.comm_lock);
	return result;
}

/* Reads the cell's state and announces it if it has changed. */
void bhd_cell_refresh(struct bhd_cell *cell)
{
	struct bh_cell_status status;
	struct bhd_why why;
	bool changed = false;

	mutex_lock(&bhd.comm_lock);
	if (!status_locked(cell->id, &status, &why)) {
		changed = cell->state != status.state;
		cell->state = status.state;
	}
	mutex_unlock(&bhd.comm_lock);
	if (changed)
		bhd_uevent_cell(cell);
}
