// SPDX-License-Identifier: GPL-2.0
#include <string.h>

#include "device/cell_status.h"
#include "device/device.h"

enum outcome cell_status(uint32_t id, struct bh_cell_status *status, struct bh_ioc_cell_status *ioc)
{
	enum outcome outcome;

	memset(ioc, 0, sizeof(*ioc));
	ioc->id = id;
	outcome = device_try(BH_IOC_CELL_STATUS, ioc);
	*status = ioc->status;
	status->name[BH_NAME_SIZE - 1] = '\0';
	return outcome;
}

bool cell_name(uint32_t id, char name[BH_NAME_SIZE])
{
	struct bh_ioc_cell_status ioc;
	struct bh_cell_status status;

	if (id >= BH_MAX_CELLS || cell_status(id, &status, &ioc) != OUTCOME_OK)
		return false;
	memcpy(name, status.name, BH_NAME_SIZE);
	return true;
}
