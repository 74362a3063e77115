// SPDX-License-Identifier: GPL-2.0
/* Running cells and a root that wants to reset the machine. */
#include <hyp/arch.h>
#include <hyp/log.h>

bool root_must_stay(uint64_t how)
{
	bool runs = false;

	/* Another CPU of root may be at a request: look at each place once. */
	for (unsigned i = BH_ROOT_CELL + 1; i < BH_MAX_CELLS; i++) {
		const struct cell *cell = __atomic_load_n(&cells[i], __ATOMIC_RELAXED);

		runs |= cell && cell->state == BH_STATE_RUNNING;
	}
	if (!runs || !(system_config->flags & BH_SYSTEM_PROTECT))
		return false;
	log_message(BH_MSG_PROTECTED, BH_ROOT_CELL, how, 0, 0);
	return true;
}
