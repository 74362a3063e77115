// SPDX-License-Identifier: GPL-2.0
/* Protection of running cells from a reset or power-off by root. */
#include <hyp/arch.h>
#include <hyp/log.h>

bool root_must_stay(uint64_t how)
{
	bool runs = false;

	/* Without the management lock, which another CPU may hold: read each pointer once. */
	for (unsigned i = BH_ROOT_CELL + 1; i < BH_MAX_CELLS; i++) {
		const struct cell *cell = __atomic_load_n(&cells[i], __ATOMIC_RELAXED);

		runs |= cell && cell->state == BH_STATE_RUNNING;
	}
	if (!runs || !(system_config->flags & BH_SYSTEM_PROTECT))
		return false;
	log_message(BH_MSG_PROTECTED, BH_ROOT_CELL, how, 0, 0);
	return true;
}
