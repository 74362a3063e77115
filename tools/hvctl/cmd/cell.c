// SPDX-License-Identifier: GPL-2.0
/* hvctl cell create, load, start, shutdown, destroy, run. */
#include <inttypes.h>
#include <stdio.h>

#include "base/signals.h"
#include "base/text.h"
#include "cmd/command.h"
#include "request/cell_steps.h"
#include "request/cells.h"
#include "request/device_call.h"

#define SHUTDOWN_TIMEOUT_MS 5000u

static enum outcome create(const struct invocation *invocation)
{
	struct cell_source source;
	uint32_t id;
	enum outcome outcome = cell_source_find(&source, invocation->operands[0]);

	if (outcome != OUTCOME_OK)
		return outcome;
	outcome = cell_create(&source, option(invocation, "--unbind"), &id);
	if (outcome == OUTCOME_OK)
		printf("Cell \"%s\" is created, its id is %" PRIu32 ".\n", source.part->name, id);
	cell_source_free(&source);
	return outcome;
}

/* Takes the address from --at, else from the cell's config. */
static enum outcome load_address(const struct invocation *invocation, const char *name,
				 const struct bh_cell_part *part, uint64_t *guest)
{
	const char *at = option(invocation, "--at");

	if (at) {
		if (parse_number(at, guest))
			return OUTCOME_OK;
		say("\"%s\" after --at is not an address", at);
		return OUTCOME_USAGE;
	}
	if (part && default_load_address(part, guest))
		return OUTCOME_OK;
	if (part)
		say("cell \"%s\" has no loadable memory", name);
	else
		say("cell \"%s\" is not part of the enabled system: give the address with --at "
		    "ADDRESS",
		    name);
	return part ? OUTCOME_REFUSED : OUTCOME_USAGE;
}

static enum outcome load_into(const struct invocation *invocation,
			      const struct bh_cell_status *status, const struct blob *blob)
{
	const struct bh_cell_part *part = blob_find(blob, status->name);
	const char *image = invocation->operands[1];
	uint64_t guest;
	enum outcome outcome = load_address(invocation, status->name, part, &guest);

	if (outcome == OUTCOME_OK)
		outcome = cell_load(status->id, status->name, part, image, guest);
	if (outcome == OUTCOME_OK)
		printf("%s is loaded into cell \"%s\" at 0x%" PRIx64 ".\n", image, status->name,
		       guest);
	return outcome;
}

static enum outcome load(const struct invocation *invocation)
{
	struct bh_cell_status status;
	struct config config;
	enum outcome outcome = cell_find(invocation->operands[0], &status);

	if (outcome == OUTCOME_OK)
		outcome = config_from_device(&config);
	if (outcome != OUTCOME_OK)
		return outcome;
	outcome = load_into(invocation, &status, &config.blob);
	config_free(&config);
	return outcome;
}

static enum outcome start(const struct invocation *invocation)
{
	struct bh_cell_status status;
	enum outcome outcome = cell_find(invocation->operands[0], &status);

	if (outcome == OUTCOME_OK)
		outcome = cell_start(status.id, status.name, invocation->operands + 1,
				     invocation->n_operands - 1);
	if (outcome == OUTCOME_OK)
		printf("Cell \"%s\" runs.\n", status.name);
	return outcome;
}

static enum outcome shutdown_cell(const struct invocation *invocation)
{
	const char *timeout = option(invocation, "--timeout");
	uint64_t timeout_ms = SHUTDOWN_TIMEOUT_MS;
	struct bh_cell_status status;
	struct refusal_context context = { .doing = "shut down", .cell = status.name };
	struct bh_ioc_cell_shutdown ioc = { 0 };
	enum outcome outcome;

	if (timeout && (!parse_number(timeout, &timeout_ms) || timeout_ms > UINT32_MAX)) {
		say("\"%s\" after --timeout is not a number of milliseconds", timeout);
		return OUTCOME_USAGE;
	}
	outcome = cell_find(invocation->operands[0], &status);
	if (outcome != OUTCOME_OK)
		return outcome;
	ioc.id = status.id;
	ioc.force = option(invocation, "--force") ? 1 : 0;
	ioc.timeout_ms = (uint32_t)timeout_ms;
	outcome = device_call(BH_IOC_CELL_SHUTDOWN, &ioc, &context);
	if (outcome == OUTCOME_OK)
		printf("Cell \"%s\" is %s.\n", status.name, ioc.force ? "stopped" : "shut down");
	return outcome;
}

static enum outcome destroy(const struct invocation *invocation)
{
	struct bh_cell_status status;
	enum outcome outcome = cell_find(invocation->operands[0], &status);

	if (outcome == OUTCOME_OK)
		outcome = cell_destroy(status.id, status.name);
	if (outcome == OUTCOME_OK)
		printf("Cell \"%s\" is destroyed; its resources are the root cell's again.\n",
		       status.name);
	return outcome;
}

/* Loads and starts a cell just created. */
static enum outcome bring_up(const struct invocation *invocation, const struct bh_cell_part *part,
			     uint32_t id)
{
	uint64_t guest;
	enum outcome outcome = load_address(invocation, part->name, part, &guest);

	if (outcome == OUTCOME_OK)
		outcome = cell_load(id, part->name, part, invocation->operands[1], guest);
	if (outcome == OUTCOME_OK && signals_arrived()) {
		say("interrupted");
		outcome = OUTCOME_INTERRUPTED;
	}
	if (outcome == OUTCOME_OK)
		outcome = cell_start(id, part->name, invocation->operands + 2,
				     invocation->n_operands - 2);
	return outcome;
}

static enum outcome run(const struct invocation *invocation)
{
	struct cell_source source;
	uint32_t id;
	enum outcome outcome = cell_source_find(&source, invocation->operands[0]);

	if (outcome != OUTCOME_OK)
		return outcome;
	signals_catch();
	outcome = cell_create(&source, option(invocation, "--unbind"), &id);
	if (outcome == OUTCOME_OK) {
		outcome = bring_up(invocation, source.part, id);
		if (outcome == OUTCOME_OK)
			printf("Cell \"%s\" runs, its id is %" PRIu32 ".\n", source.part->name, id);
		else if (cell_destroy(id, source.part->name) == OUTCOME_OK)
			say("cell \"%s\" is destroyed again", source.part->name);
	}
	cell_source_free(&source);
	return outcome;
}

#define OPTION_AT                                                 \
	{                                                         \
		"--at", "ADDRESS", "the guest address to load to" \
	}
const struct command command_cell_create = {
	.name = "cell create",
	.operands = "NAME|FILE:NAME|FILE",
	.summary = "create a cell with its CPUs, memory, interrupts and devices",
	.help = "NAME is a cell of the enabled system; a FILE may hold cells of other systems.",
	.min_operands = 1,
	.max_operands = 1,
	.options = { OPTION_UNBIND },
	.run = create,
};

const struct command command_cell_load = {
	.name = "cell load",
	.operands = "CELL IMAGE",
	.summary = "copy a file into a cell's memory",
	.help = "The default address is the start of the loadable region with the entry address. "
		"Several\n"
		"files can be loaded before the start.",
	.min_operands = 2,
	.max_operands = 2,
	.options = { OPTION_AT },
	.run = load,
};

const struct command command_cell_start = {
	.name = "cell start",
	.operands = "CELL [ARGUMENT]...",
	.summary = "start a cell",
	.help = "The arguments become its command line; without arguments, the config's is used.",
	.min_operands = 1,
	.max_operands = UINT32_MAX,
	.free_after = 1,
	.run = start,
};

const struct command command_cell_shutdown = {
	.name = "cell shutdown",
	.operands = "CELL",
	.summary = "ask a cell to stop, or stop it",
	.help = "Asks the cell and waits for its answer. Exit code 4: the cell did not answer in "
		"time\n"
		"and keeps running.",
	.min_operands = 1,
	.max_operands = 1,
	.options = { { "--force", NULL, "stop it without asking" },
		     { "--timeout", "MS", "how long to wait, in milliseconds (default 5000)" } },
	.run = shutdown_cell,
};

const struct command command_cell_destroy = {
	.name = "cell destroy",
	.operands = "CELL",
	.summary = "destroy a cell and give its resources back to Linux",
	.help = "The cell must not be running. Its memory is wiped.",
	.min_operands = 1,
	.max_operands = 1,
	.run = destroy,
};

const struct command command_cell_run = {
	.name = "cell run",
	.operands = "NAME|FILE:NAME|FILE IMAGE [ARGUMENT]...",
	.summary = "create, load and start a cell",
	.help = "If loading or starting is refused, the cell is destroyed again.",
	.min_operands = 2,
	.max_operands = UINT32_MAX,
	.free_after = 2,
	.options = { OPTION_AT, OPTION_UNBIND },
	.run = run,
};
