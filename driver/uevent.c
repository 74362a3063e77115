// SPDX-License-Identifier: GPL-2.0
/* Names of states, and uevents of /dev/bulkhead when a state changes. */

#include <linux/device.h>
#include <linux/miscdevice.h>

#include "driver.h"

const char *bhd_machine_state_name(void)
{
	static const char *const names[] = { "disabled", "enabled", "locked" };

	return names[READ_ONCE(bhd.state)];
}

const char *bhd_cell_state_name(u32 state)
{
	static const char *const names[] = {
		[BH_STATE_NONE] = "destroyed",	[BH_STATE_CREATED] = "created",
		[BH_STATE_RUNNING] = "running", [BH_STATE_SHUT_DOWN] = "shut-down",
		[BH_STATE_FAILED] = "failed",	[BH_STATE_WIPING] = "wiping",
	};

	return state < ARRAY_SIZE(names) ? names[state] : "unknown";
}

static void send(char **environment)
{
	kobject_uevent_env(&bhd_device.this_device->kobj, KOBJ_CHANGE, environment);
}

/* Announces the cell's state to user space. */
void bhd_uevent_cell(const struct bhd_cell *cell)
{
	char name[BH_NAME_SIZE + 16], id[16 + 16], state[48];
	char *environment[] = { name, id, state, NULL };

	snprintf(name, sizeof(name), "BULKHEAD_CELL=%s", cell->part->name);
	snprintf(id, sizeof(id), "BULKHEAD_ID=%u", cell->id);
	snprintf(state, sizeof(state), "BULKHEAD_STATE=%s", bhd_cell_state_name(cell->state));
	send(environment);
}

/* Announces the state of the machine and the system's name. Under bhd.manage. */
void bhd_uevent_machine(void)
{
	char system[BH_NAME_SIZE + 16], state[48];
	char *environment[] = { system, state, NULL };

	snprintf(system, sizeof(system), "BULKHEAD_SYSTEM=%s", bhd.blob.system->name);
	snprintf(state, sizeof(state), "BULKHEAD_STATE=%s", bhd_machine_state_name());
	send(environment);
}
