// SPDX-License-Identifier: GPL-2.0
/* hvctl cell linux: creates, loads and starts a cell that runs Linux. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/signals.h"
#include "cmd/command.h"
#include "device/backend.h"
#include "linux/start.h"
#include "request/cells.h"
#include "request/device_call.h"

static void free_start(struct linux_start *start)
{
	free(start->tree);
	free(start->low);
	file_free(&start->initrd);
	kernel_free(&start->kernel);
	cell_source_free(&start->source);
}

static enum outcome read_initrd(struct linux_start *start)
{
	enum outcome outcome = file_read(&start->initrd, start->initrd_path, IMAGE_MAX);

	if (outcome != OUTCOME_OK || start->initrd.size)
		return outcome;
	say("%s is empty: no initial RAM disk", start->initrd_path);
	return OUTCOME_BAD_FILE;
}

static enum outcome prepare(struct linux_start *start)
{
	enum outcome outcome = start->initrd_path ? read_initrd(start) : OUTCOME_OK;

	if (outcome != OUTCOME_OK)
		return outcome;
	switch (backend_arch()) {
#define PREPARE(arch, number, ...) \
	case BH_ARCH_##number:     \
		return linux_prepare_##arch(start);
		ARCHITECTURES(PREPARE)
	}
	say("cells of this machine's architecture can't run Linux");
	return OUTCOME_REFUSED;
}

/* Gets the status of the cell of that name. BH_STATE_NONE: there is no such cell. */
static enum outcome look_up(const char *name, struct bh_cell_status *status)
{
	struct bh_cell_status cells[BH_MAX_CELLS];
	unsigned int n;
	enum outcome outcome = cells_all(cells, &n);

	memset(status, 0, sizeof(*status));
	while (outcome == OUTCOME_OK && n--)
		if (cells[n].id != BH_ROOT_CELL && strcmp(cells[n].name, name) == 0)
			*status = cells[n];
	return outcome;
}

static enum outcome stop(const struct bh_cell_status *status)
{
	const struct refusal_context context = { .doing = "stop", .cell = status->name };
	struct bh_ioc_cell_shutdown ioc = { .id = status->id, .force = 1 };
	enum outcome outcome = device_try(BH_IOC_CELL_SHUTDOWN, &ioc);

	if (outcome != OUTCOME_REFUSED)
		return outcome;
	if (ioc.header.refusal.code == BH_E_STATE) /* the cell stopped meanwhile */
		return OUTCOME_OK;
	return device_explain(&ioc.header, &context);
}

/* Creates the cell, or stops the existing one. *created: the cell did not exist. */
static enum outcome get_cell(const struct linux_start *start, const struct invocation *invocation,
			     uint32_t *id, bool *created)
{
	const char *name = start->source.part->name;
	struct bh_cell_status status;
	enum outcome outcome = look_up(name, &status);

	*created = false;
	*id = status.id;
	if (outcome != OUTCOME_OK)
		return outcome;
	if (status.state != BH_STATE_NONE && status.cpus != start->source.part->cpus) {
		say("cell \"%s\" exists, with other CPUs than in this config: destroy it first",
		    name);
		outcome = OUTCOME_REFUSED;
	} else if (status.state == BH_STATE_NONE) {
		outcome = cell_create(&start->source, option(invocation, "--unbind"), id);
		*created = outcome == OUTCOME_OK;
	} else if (status.state == BH_STATE_RUNNING && option(invocation, "--restart")) {
		outcome = stop(&status);
	} else if (status.state == BH_STATE_RUNNING) {
		say("cell \"%s\" is running; --restart stops it and starts it again", name);
		outcome = OUTCOME_REFUSED;
	}
	return outcome;
}

static enum outcome load_and_start(const struct linux_start *start, uint32_t id)
{
	const struct bh_cell_part *part = start->source.part;
	enum outcome outcome = OUTCOME_OK;
	unsigned int i;

	for (i = 0; outcome == OUTCOME_OK && i < start->n_pieces; i++) {
		const struct linux_piece *piece = &start->pieces[i];

		outcome = cell_load_bytes(id, part->name, part, piece->what, piece->data,
					  piece->size, piece->guest);
		if (outcome == OUTCOME_OK && signals_arrived()) {
			say("interrupted");
			outcome = OUTCOME_INTERRUPTED;
		}
	}
	return outcome == OUTCOME_OK ? cell_start(id, part->name, NULL, 0) : outcome;
}

static void say_started(const struct linux_start *start, uint32_t id)
{
	const struct bh_cell_part *part = start->source.part;

	printf("Linux starts in cell \"%s\", its id is %" PRIu32, part->name, id);
	if (part->console_kind != BH_CONSOLE_NONE)
		printf("; its console: hvctl cell console --attach %s", part->name);
	printf("\n");
	if (start->added[0])
		printf("To the kernel's arguments was added: %s\n", start->added);
}

static enum outcome bring_up(const struct linux_start *start, const struct invocation *invocation)
{
	const char *name = start->source.part->name;
	bool created;
	uint32_t id;
	enum outcome outcome;

	signals_catch();
	outcome = get_cell(start, invocation, &id, &created);
	if (outcome != OUTCOME_OK)
		return outcome;
	outcome = load_and_start(start, id);
	if (outcome == OUTCOME_OK)
		say_started(start, id);
	else if (created && cell_destroy(id, name) == OUTCOME_OK)
		say("cell \"%s\" is destroyed again", name);
	return outcome;
}

static enum outcome linux_command(const struct invocation *invocation)
{
	struct linux_start start = {
		.kernel_path = option(invocation, "--kernel"),
		.initrd_path = option(invocation, "--initrd"),
		.tree_path = option(invocation, "--dtb"),
		.overlay_path = option(invocation, "--overlay"),
		.arguments = option(invocation, "--cmdline"),
	};
	enum outcome outcome;

	if (!start.kernel_path) {
		say("hvctl cell linux needs a kernel: --kernel FILE");
		return OUTCOME_USAGE;
	}
	outcome = cell_source_find(&start.source, invocation->operands[0]);
	if (outcome != OUTCOME_OK)
		return outcome;
	outcome = prepare(&start);
	if (outcome == OUTCOME_OK)
		outcome = bring_up(&start, invocation);
	free_start(&start);
	return outcome;
}

const struct command command_cell_linux = {
	.name = "cell linux",
	.operands = "SYSTEM/NAME|NAME|FILE:NAME|FILE",
	.summary = "start Linux in a cell",
	.help = "Creates the cell if it doesn't exist, loads kernel, initrd and device tree into "
		"its memory\n"
		"and starts it. The kernel is an arm64 Image, plain or compressed with gzip or "
		"zstd;\n"
		"on x86-64 a bzImage, which gets ACPI tables instead of a device tree.",
	.min_operands = 1,
	.max_operands = 1,
	.options = { { "--kernel", "FILE", "the kernel" },
		     { "--initrd", "FILE", "the initial RAM disk" },
		     { "--cmdline", "TEXT", "kernel arguments (default: the config's)" },
		     { "--dtb", "FILE", "device tree to use instead of the config's" },
		     { "--overlay", "FILE", "device tree overlay to apply to it" },
		     { "--restart", NULL, "if the cell runs, stop it first" },
		     OPTION_UNBIND },
	.run = linux_command,
};
