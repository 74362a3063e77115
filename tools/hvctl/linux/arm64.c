// SPDX-License-Identifier: GPL-2.0
/* Linux in a cell on arm64: Image, device tree and start code. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>

#include "base/array.h"
#include "device/backend.h"
#include "linux/layout.h"
#include "linux/start.h"
#include "linux/tree.h"

#define TREE_FILE_MAX (2ul << 20)

/* ---- the kernel ---- */

static const struct linux_need needs[] = {
	{ "OF", false, false },
	{ "ARM_GIC_V3", false, false },
	{ "ARM_ARCH_TIMER", false, false },
	{ "ARM_PSCI_FW", false, false },
	{ "SERIAL_AMBA_PL011", true, false },
	{ "SERIAL_AMBA_PL011_CONSOLE", true, false },
	{ "BLK_DEV_INITRD", false, true },
};

static enum outcome read_kernel(struct linux_start *start)
{
	const char *path = start->kernel_path;
	struct file_error error;
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
		say("note: %s uses pages of %" PRIu32 " KiB, this Linux of %ld KiB; on a CPU "
		    "without such pages it prints nothing",
		    path, page_size / 1024, sysconf(_SC_PAGESIZE) / 1024);
	return outcome;
}

/* ---- the device tree ---- */

/* Writes the path of the cell's device tree: DIRECTORY/SYSTEM.CELL.dtb, beside the config. */
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

static enum outcome make_tree(struct linux_start *start, const struct linux_layout *layout,
			      struct linux_tree_source *source, const char *path)
{
	struct file_error error;
	size_t size;

	source->initrd = layout->initrd;
	source->initrd_size = start->initrd.size;
	if (getrandom(source->seed, sizeof(source->seed), 0) != sizeof(source->seed)) {
		say("cannot get random numbers for the cell: %s", strerror(errno));
		return OUTCOME_REFUSED;
	}
	if (!linux_tree(source, start->source.part, layout->tree_room, &start->tree, &size,
			&error)) {
		say("%s: %s", path, error.text);
		return OUTCOME_BAD_FILE;
	}
	linux_add(start, "the device tree", start->tree, size, layout->tree);
	return OUTCOME_OK;
}

static enum outcome read_tree(struct linux_start *start, const struct linux_layout *layout)
{
	const char *path = start->tree_path, *overlay = start->overlay_path;
	struct linux_tree_source source = { .bootargs = start->arguments };
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
		outcome = make_tree(start, layout, &source, path);
	}
	file_free(&overlay_file);
	file_free(&tree);
	return outcome;
}

/* ---- all of it ---- */

/* Adds start code and clock page, in one allocation. */
static enum outcome add_low(struct linux_start *start, const struct linux_layout *layout)
{
	const struct linux_time now = { (uint64_t)time(NULL), backend_counter() };
	uint8_t *low = malloc(2 * BH_PAGE_SIZE);

	if (!low) {
		say("there is no memory for the start code");
		return OUTCOME_REFUSED;
	}
	start->low = low;
	linux_stub(low, layout, &now);
	linux_clock(low + BH_PAGE_SIZE);
	linux_add(start, "the start code", low, LINUX_STUB_BYTES, layout->entry);
	linux_add(start, "the clock", low + BH_PAGE_SIZE, BH_PAGE_SIZE, layout->clock);
	return OUTCOME_OK;
}

enum outcome linux_prepare_arm64(struct linux_start *start)
{
	const struct kernel *kernel = &start->kernel;
	struct linux_layout layout;
	struct file_error error;
	enum outcome outcome = read_kernel(start);

	if (outcome == OUTCOME_OK)
		outcome = linux_check_options(start, needs, COUNT(needs));
	if (outcome != OUTCOME_OK)
		return outcome;
	if (!linux_layout(&layout, start->source.part, kernel, start->initrd.size, &error)) {
		say("%s", error.text);
		return OUTCOME_BAD_FILE;
	}
	outcome = add_low(start, &layout);
	if (outcome == OUTCOME_OK)
		outcome = read_tree(start, &layout);
	linux_add(start, "the kernel", kernel->data, kernel->size, layout.kernel);
	linux_add(start, "the initrd", start->initrd.data, start->initrd.size, layout.initrd);
	return outcome;
}
