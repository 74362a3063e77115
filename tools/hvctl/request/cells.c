// SPDX-License-Identifier: GPL-2.0
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "device/cell_status.h"
#include "request/cells.h"
#include "request/device_call.h"

enum outcome cells_all(struct bh_cell_status status[BH_MAX_CELLS], unsigned int *n)
{
	struct bh_ioc_info info = { 0 };
	struct bh_ioc_cell_status ioc;
	enum outcome outcome;
	uint32_t id;

	*n = 0;
	outcome = device_call(BH_IOC_INFO, &info, NULL);
	for (id = 0; outcome == OUTCOME_OK && id < BH_MAX_CELLS; id++) {
		if (!(info.cells >> id & 1))
			continue;
		outcome = cell_status(id, &status[*n], &ioc);
		if (outcome == OUTCOME_OK)
			(*n)++;
		else if (outcome == OUTCOME_REFUSED && ioc.header.refusal.code == BH_E_NO_CELL)
			outcome = OUTCOME_OK; /* the cell was destroyed meanwhile */
		else if (outcome == OUTCOME_REFUSED)
			outcome = device_explain(&ioc.header, NULL);
	}
	return outcome;
}

static void write_names(FILE *out, const struct bh_cell_status *cells, unsigned int n)
{
	unsigned int i;

	for (i = 0; i < n; i++)
		fprintf(out, "%s%s (id %" PRIu32 ")", i ? ", " : "", cells[i].name, cells[i].id);
}

static enum outcome not_found(const char *wanted, const struct bh_cell_status *cells,
			      unsigned int n)
{
	char *list = WRITTEN(out, write_names(out, cells, n));

	say("there is no cell \"%s\"; existing cells: %s", wanted, n && list ? list : "none");
	free(list);
	return OUTCOME_REFUSED;
}

enum outcome cell_find(const char *name_or_id, struct bh_cell_status *status)
{
	struct bh_cell_status cells[BH_MAX_CELLS];
	enum outcome outcome;
	uint64_t id;
	unsigned int i, n;

	outcome = cells_all(cells, &n);
	if (outcome != OUTCOME_OK)
		return outcome;
	for (i = 0; i < n; i++) {
		if (strcmp(cells[i].name, name_or_id) == 0) {
			*status = cells[i];
			return OUTCOME_OK;
		}
	}
	for (i = 0; parse_number(name_or_id, &id) && i < n; i++) {
		if (cells[i].id == id) {
			*status = cells[i];
			return OUTCOME_OK;
		}
	}
	return not_found(name_or_id, cells, n);
}
