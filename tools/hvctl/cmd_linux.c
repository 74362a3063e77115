// SPDX-License-Identifier: GPL-2.0
/* hvctl cell linux: a Linux of its own in a cell, in one command. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>

#include "backend.h"
#include "cells.h"
#include "cellwork.h"
#include "command.h"
#include "device.h"
#include "kernel.h"
#include "linux_layout.h"
#include "linux_tree.h"
#include "signals.h"

#define TREE_FILE_MAX (2ul << 20)

/* Everything that is loaded, made ready before anything is changed. */
struct linux_start {
	struct cell_source source;
	struct kernel kernel;
	struct file initrd;
	struct linux_layout layout;
	void *tree;
	size_t tree_size;
};

static void free_start(struct linux_start *start)
{
	free(start->tree);
	file_free(&start->initrd);
	kernel_free(&start->kernel);
	cell_source_free(&start->source);
}

/* ---- the kernel ---- */

/* What Linux needs in a cell: built in, as modules can't be there yet. */
static const struct {
	const char *name;
	bool with_console, with_initrd;
} needed[] = {
	{ "OF", false, false },
	{ "ARM_GIC_V3", false, false },
	{ "ARM_ARCH_TIMER", false, false },
	{ "ARM_PSCI_FW", false, false },
	{ "SERIAL_AMBA_PL011", true, false },
	{ "SERIAL_AMBA_PL011_CONSOLE", true, false },
	{ "BLK_DEV_INITRD", false, true },
};

/* Nothing where the kernel doesn't carry its options. */
static enum outcome check_options(const struct linux_start *start, const char *path,
				  bool has_initrd)
{
	bool has_console = start->source.part->console_kind != BH_CONSOLE_NONE;
	char *options = kernel_options(&start->kernel);
	char missing[256] = "";
	unsigned int i;

	for (i = 0; options && i < sizeof(needed) / sizeof(needed[0]); i++) {
		size_t used = strlen(missing);

		if ((needed[i].with_console && !has_console) ||
		    (needed[i].with_initrd && !has_initrd) ||
		    kernel_option_set(options, needed[i].name))
			continue;
		snprintf(missing + used, sizeof(missing) - used, "%sCONFIG_%s", used ? ", " : "",
			 needed[i].name);
	}
	free(options);
	if (!missing[0])
		return OUTCOME_OK;
	say("%s was built without what Linux needs in cell \"%s\": %s", path,
	    start->source.part->name, missing);
	return OUTCOME_BAD_FILE;
}

static enum outcome read_kernel(struct linux_start *start, const char *path)
{
	struct kernel_error error;
	struct file file;
	enum outcome outcome = file_read(&file, path, IMAGE_MAX);
	uint32_t page_size;

	if (outcome != OUTCOME_OK)
		return outcome;
	if (!kernel_open(&start->kernel, file.data, file.size, KERNEL_MAX, &error)) {
		say("%s %s", path, error.text);
		outcome = OUTCOME_BAD_FILE;
	}
	file_free(&file);
	page_size = start->kernel.page_size;
	if (page_size && page_size != (uint32_t)sysconf(_SC_PAGESIZE))
		say("note: %s uses pages of %" PRIu32 " KiB, this Linux of %ld KiB; on a CPU that "
		    "hasn't those it says nothing",
		    path, page_size / 1024, sysconf(_SC_PAGESIZE) / 1024);
	return outcome;
}

/* ---- the device tree ---- */

/* "DIRECTORY/SYSTEM.CELL.dtb": beside the config that the cell comes from. */
static enum outcome tree_path(const struct cell_source *source, char *path, size_t room)
{
	const char *config = source->config.path;
	size_t length = strlen(config);
	int n;

	if (length > 4 && strcmp(config + length - 4, ".bin") == 0)
		length -= 4;
	if (length)
		n = snprintf(path, room, "%.*s.%s.dtb", (int)length, config, source->part->name);
	else
		n = snprintf(path, room, "%s/%s.%s.dtb", CONFIG_DIRECTORY,
			     source->config.blob.system ? source->config.blob.system->name : "",
			     source->part->name);
	if (n > 0 && (size_t)n < room && access(path, R_OK) == 0)
		return OUTCOME_OK;
	say("there is no device tree %s for cell \"%s\": make one with hvconfig dtb, or name one "
	    "with --dtb",
	    path, source->part->name);
	return OUTCOME_BAD_FILE;
}

static enum outcome make_tree(struct linux_start *start, struct linux_tree_source *source,
			      const char *path)
{
	struct tree_error error;

	source->initrd = start->layout.initrd;
	source->initrd_size = start->initrd.size;
	if (getrandom(source->seed, sizeof(source->seed), 0) != sizeof(source->seed)) {
		say("cannot get random numbers for the cell: %s", strerror(errno));
		return OUTCOME_REFUSED;
	}
	if (linux_tree(source, start->source.part, start->layout.tree_room, &start->tree,
		       &start->tree_size, &error))
		return OUTCOME_OK;
	say("%s: %s", path, error.text);
	return OUTCOME_BAD_FILE;
}

static enum outcome read_tree(struct linux_start *start, const struct invocation *invocation)
{
	const char *path = option(invocation, "--dtb"), *overlay = option(invocation, "--overlay");
	struct linux_tree_source source = { .bootargs = option(invocation, "--cmdline") };
	struct file tree = { 0 }, overlay_file = { 0 };
	char beside[sizeof(start->source.config.path) + BH_NAME_SIZE + 8];
	enum outcome outcome = OUTCOME_OK;

	if (!path) {
		outcome = tree_path(&start->source, beside, sizeof(beside));
		path = beside;
	}
	if (outcome == OUTCOME_OK)
		outcome = file_read(&tree, path, TREE_FILE_MAX);
	if (outcome == OUTCOME_OK && overlay)
		outcome = file_read(&overlay_file, overlay, TREE_FILE_MAX);
	if (outcome == OUTCOME_OK) {
		source.tree = tree.data;
		source.tree_size = tree.size;
		source.overlay = overlay_file.data;
		source.overlay_size = overlay_file.size;
		outcome = make_tree(start, &source, path);
	}
	file_free(&overlay_file);
	file_free(&tree);
	return outcome;
}

/* ---- all of it ---- */

static enum outcome read_initrd(struct linux_start *start, const char *path)
{
	enum outcome outcome = file_read(&start->initrd, path, IMAGE_MAX);

	if (outcome != OUTCOME_OK || start->initrd.size)
		return outcome;
	say("%s is empty: no initial RAM disk", path);
	return OUTCOME_BAD_FILE;
}

static enum outcome prepare(struct linux_start *start, const struct invocation *invocation)
{
	const char *kernel = option(invocation, "--kernel"),
		   *initrd = option(invocation, "--initrd");
	struct layout_error error;
	enum outcome outcome = read_kernel(start, kernel);

	if (outcome == OUTCOME_OK)
		outcome = check_options(start, kernel, initrd != NULL);
	if (outcome == OUTCOME_OK && initrd)
		outcome = read_initrd(start, initrd);
	if (outcome != OUTCOME_OK)
		return outcome;
	if (!linux_layout(&start->layout, start->source.part, &start->kernel, start->initrd.size,
			  &error)) {
		say("%s", error.text);
		return OUTCOME_BAD_FILE;
	}
	return read_tree(start, invocation);
}

/* The cell of that name, if it exists; state BH_STATE_NONE: it doesn't. */
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
	char doing[BH_NAME_SIZE + 32];
	const struct refusal_context context = { .doing = doing, .cell = status->name };
	struct bh_ioc_cell_shutdown ioc = { .id = status->id, .force = 1 };
	enum outcome outcome = device_try(BH_IOC_CELL_SHUTDOWN, &ioc);

	if (outcome != OUTCOME_REFUSED)
		return outcome;
	if (ioc.header.refusal.code == BH_E_STATE) /* it has just stopped by itself */
		return OUTCOME_OK;
	snprintf(doing, sizeof(doing), "stop cell \"%s\"", status->name);
	return device_explain(&ioc.header, &context);
}

/* The cell exists afterwards and doesn't run. *created: it didn't exist before. */
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
	const struct linux_layout *layout = &start->layout;
	const struct linux_time now = { (uint64_t)time(NULL), backend_counter() };
	uint8_t stub[LINUX_STUB_BYTES], clock[BH_PAGE_SIZE];
	const struct {
		const char *what;
		const void *data;
		size_t size;
		uint64_t guest;
	} pieces[] = {
		{ "the start code", stub, sizeof(stub), layout->entry },
		{ "the clock", clock, sizeof(clock), layout->clock },
		{ "the device tree", start->tree, start->tree_size, layout->tree },
		{ "the kernel", start->kernel.data, start->kernel.size, layout->kernel },
		{ "the initrd", start->initrd.data, start->initrd.size, layout->initrd },
	};
	enum outcome outcome = OUTCOME_OK;
	unsigned int i;

	linux_stub(stub, layout, &now);
	linux_clock(clock);
	for (i = 0; outcome == OUTCOME_OK && i < sizeof(pieces) / sizeof(pieces[0]); i++) {
		if (pieces[i].size)
			outcome = cell_load_bytes(id, part->name, part, pieces[i].what,
						  pieces[i].data, pieces[i].size, pieces[i].guest);
		if (outcome == OUTCOME_OK && signals_arrived()) {
			say("interrupted");
			outcome = OUTCOME_INTERRUPTED;
		}
	}
	return outcome == OUTCOME_OK ? cell_start(id, part->name, NULL, 0) : outcome;
}

static void say_started(const struct bh_cell_part *part, uint32_t id)
{
	printf("Linux starts in cell \"%s\", its id is %" PRIu32, part->name, id);
	if (part->console_kind != BH_CONSOLE_NONE)
		printf("; its console: hvctl cell console --attach %s", part->name);
	printf("\n");
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
		say_started(start->source.part, id);
	else if (created && cell_destroy(id, name) == OUTCOME_OK)
		say("cell \"%s\" is destroyed again", name);
	return outcome;
}

static enum outcome linux_command(const struct invocation *invocation)
{
	struct linux_start start = { 0 };
	enum outcome outcome;

	if (!option(invocation, "--kernel")) {
		say("hvctl cell linux needs a kernel: --kernel FILE");
		return OUTCOME_USAGE;
	}
	if (backend_arch() == BH_ARCH_X86) {
		say("Linux can't run in a cell of an x86 machine: cells there run bare programs");
		return OUTCOME_BAD_FILE;
	}
	outcome = cell_source_find(&start.source, invocation->operands[0]);
	if (outcome != OUTCOME_OK)
		return outcome;
	outcome = prepare(&start, invocation);
	if (outcome == OUTCOME_OK)
		outcome = bring_up(&start, invocation);
	free_start(&start);
	return outcome;
}

const struct command command_cell_linux = {
	.name = "cell linux",
	.operands = "SYSTEM/NAME|NAME|FILE:NAME|FILE",
	.summary = "start a Linux of its own in a cell",
	.help = "Creates the cell if need be, puts kernel, initrd and device tree into its memory\n"
		"and starts it. The kernel is an arm64 Image, as it is or packed with gzip or "
		"zstd.",
	.min_operands = 1,
	.max_operands = 1,
	.options = { { "--kernel", "FILE", "the kernel" },
		     { "--initrd", "FILE", "the initial RAM disk" },
		     { "--cmdline", "TEXT", "kernel arguments (default: the config's)" },
		     { "--dtb", "FILE", "another device tree than the config's" },
		     { "--overlay", "FILE", "a device tree overlay on top of it" },
		     { "--restart", NULL, "if the cell runs, stop it first" },
		     OPTION_UNBIND },
	.run = linux_command,
};
