// SPDX-License-Identifier: GPL-2.0
/* hvctl cell list. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/text.h"
#include "cmd/command.h"
#include "request/cells.h"
#include "request/config.h"
#include "request/device_call.h"
#include "words/arch.h"
#include "words/failure.h"
#include "words/names.h"
#include "words/shared.h"

/* Returns the config of an existing cell, or of the root cell. */
static const struct bh_cell_part *part_of(const struct blob *blob,
					  const struct bh_cell_status *status)
{
	return status->id == BH_ROOT_CELL ? blob->root : blob_find(blob, status->name);
}

/*
 * Configs may give the same memory to cells that never exist at the same time. Sorts existing
 * cells first, so that they are found as owners.
 */
static void put_existing_first(struct blob *blob, const struct bh_cell_status *cells,
			       unsigned int n)
{
	unsigned int i, first = 0, at;

	for (i = 0; i < n; i++) {
		for (at = first; at < blob->n_cells; at++) {
			const struct bh_cell_part *part = blob->cells[at];

			if (strcmp(part->name, cells[i].name) != 0)
				continue;
			blob->cells[at] = blob->cells[first];
			blob->cells[first++] = part;
		}
	}
}

/* Writes the CPUs left-aligned in a column. */
static void write_cpus_column(uint64_t mask, int width)
{
	char *text = WRITTEN(out, write_cpus(out, mask));

	printf("%-*s", width, text ? text : "");
	free(text);
}

static const char *irqs(const struct bh_cell_status *status)
{
	const char *irqs = arch_words()->irqs;

	return irqs ? irqs : irq_mode_name(status->irq_mode);
}

static void write_row(const struct bh_cell_status *status)
{
	printf("%-3" PRIu32 " %-16s %-15s ", status->id, status->name,
	       cell_state_name(status->state));
	write_cpus_column(status->cpus, 9);
	printf(" %-9s %6" PRIu32 "  ", irqs(status), status->starts);
	write_size(stdout, status->memory_bytes);
	putchar('\n');
}

static void write_table(const struct shared_view *view, const struct bh_cell_status *cells,
			unsigned int n, bool verbose)
{
	const struct blob *blob = view->blob;
	unsigned int i;

	printf("%-3s %-16s %-15s %-9s %-9s %6s  %s\n", "ID", "NAME", "STATE", "CPUS", "IRQS",
	       "STARTS", "OVERHEAD");
	for (i = 0; i < n; i++)
		write_row(&cells[i]);
	for (i = 0; i < n; i++) {
		bool stopped = cells[i].state != BH_STATE_RUNNING;

		if (verbose || (stopped && failure_is_violation(&cells[i].failure)))
			failure_write(stdout, &cells[i], blob, part_of(blob, &cells[i]), verbose);
	}
	for (i = 0; i < n && (verbose || cells != view->cells); i++)
		shared_write(stdout, view, part_of(blob, &cells[i]));
}

static void write_json(const struct shared_view *view, const struct bh_cell_status *cells,
		       unsigned int n)
{
	const struct blob *blob = view->blob;
	struct json json = { .out = stdout };
	unsigned int i;

	json_array(&json, NULL);
	for (i = 0; i < n; i++) {
		json_object(&json, NULL);
		json_number(&json, "id", cells[i].id);
		json_string(&json, "name", cells[i].name);
		json_string(&json, "state", cell_state_name(cells[i].state));
		json_mask(&json, "cpus", cells[i].cpus);
		json_mask(&json, "cpus_on", cells[i].cpus_on);
		json_string(&json, "irq_mode", irqs(&cells[i]));
		json_number(&json, "starts", cells[i].starts);
		json_number(&json, "overhead_bytes", cells[i].memory_bytes);
		shared_json(&json, view, part_of(blob, &cells[i]));
		failure_json(&json, &cells[i], blob, part_of(blob, &cells[i]));
		json_end_object(&json);
	}
	json_end_array(&json);
}

/* Prints all cells, or the named one. */
static enum outcome print(const struct invocation *invocation, const struct shared_view *view)
{
	const struct bh_cell_status *cells = view->cells;
	unsigned int n = view->n_cells;
	struct bh_cell_status one;

	if (invocation->n_operands) {
		enum outcome outcome = cell_find(invocation->operands[0], &one);

		if (outcome != OUTCOME_OK)
			return outcome;
		cells = &one;
		n = 1;
	}
	if (option(invocation, "--json"))
		write_json(view, cells, n);
	else
		write_table(view, cells, n, option(invocation, "-v"));
	return OUTCOME_OK;
}

static enum outcome list(const struct invocation *invocation)
{
	struct bh_cell_status cells[BH_MAX_CELLS];
	struct config config;
	unsigned int n;
	enum outcome outcome = cells_all(cells, &n);

	if (outcome == OUTCOME_OK)
		outcome = config_from_device(&config);
	if (outcome != OUTCOME_OK)
		return outcome;
	put_existing_first(&config.blob, cells, n);
	outcome = print(invocation, &(struct shared_view){ &config.blob, cells, n });
	config_free(&config);
	return outcome;
}

const struct command command_cell_list = {
	.name = "cell list",
	.operands = "[CELL]",
	.summary = "show the cells, and why one failed",
	.help = "OVERHEAD is hypervisor memory used for the cell.\n"
		"With CELL or -v, the shared memory follows.",
	.max_operands = 1,
	.options = { OPTION_JSON,
		     { "-v", NULL,
		       "also the last stop of each cell with registers, and shared memory" } },
	.run = list,
};
