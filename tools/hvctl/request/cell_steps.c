// SPDX-License-Identifier: GPL-2.0
#include <stdio.h>
#include <string.h>

#include "request/cell_steps.h"
#include "request/device_call.h"

enum outcome cell_create(const struct cell_source *source, bool unbind, uint32_t *id)
{
	const struct bh_cell_part *part = source->part;
	struct config enabled;
	struct refusal_context context = { .doing = "create", .cell = part->name, .part = part };
	struct bh_ioc_cell_create ioc = { 0 };
	enum outcome outcome = config_from_device(&enabled);

	if (outcome != OUTCOME_OK)
		return outcome;
	context.blob = &enabled.blob;
	ioc.part = (uintptr_t)part;
	ioc.part_size = part->header.size;
	ioc.flags = unbind ? BH_CREATE_UNBIND : 0;
	outcome = device_call(BH_IOC_CELL_CREATE, &ioc, &context);
	config_free(&enabled);
	*id = ioc.id;
	return outcome;
}

enum outcome cell_load_bytes(uint32_t id, const char *name, const struct bh_cell_part *part,
			     const char *what, const void *data, size_t size, uint64_t guest)
{
	char doing[300];
	const struct refusal_context context = { .doing = doing, .cell = name, .part = part };
	struct bh_ioc_cell_load ioc = { 0 };

	snprintf(doing, sizeof(doing), "load %.256s into", what);
	ioc.id = id;
	ioc.data = (uintptr_t)data;
	ioc.size = size;
	ioc.guest = guest;
	return device_call(BH_IOC_CELL_LOAD, &ioc, &context);
}

enum outcome cell_load(uint32_t id, const char *name, const struct bh_cell_part *part,
		       const char *image, uint64_t guest)
{
	struct file file;
	enum outcome outcome = file_read(&file, image, IMAGE_MAX);

	if (outcome != OUTCOME_OK)
		return outcome;
	outcome = cell_load_bytes(id, name, part, image, file.data, file.size, guest);
	file_free(&file);
	return outcome;
}

/* Joins words with spaces. False: too long. */
static bool join(char args[BH_ARGS_SIZE], char *const *words, unsigned int n)
{
	size_t used = 0;
	unsigned int i;

	args[0] = '\0';
	for (i = 0; i < n; i++) {
		used += snprintf(args + used, BH_ARGS_SIZE - used, i ? " %s" : "%s", words[i]);
		if (used >= BH_ARGS_SIZE)
			return false;
	}
	return true;
}

enum outcome cell_start(uint32_t id, const char *name, char *const *words, unsigned int n)
{
	const struct refusal_context context = { .doing = "start", .cell = name };
	struct bh_ioc_cell_start ioc = { 0 };

	if (!join(ioc.args, words, n)) {
		say("the command line for cell \"%s\" is longer than %u characters", name,
		    BH_ARGS_SIZE - 1);
		return OUTCOME_USAGE;
	}
	ioc.id = id;
	return device_call(BH_IOC_CELL_START, &ioc, &context);
}

enum outcome cell_destroy(uint32_t id, const char *name)
{
	const struct refusal_context context = { .doing = "destroy", .cell = name };
	struct bh_ioc_cell ioc = { 0 };

	ioc.id = id;
	return device_call(BH_IOC_CELL_DESTROY, &ioc, &context);
}

bool default_load_address(const struct bh_cell_part *part, uint64_t *guest)
{
	const struct bh_region *region = region_at_guest(part, part->entry);
	uint32_t i;

	if (region && region->flags & BH_REGION_LOADABLE) {
		*guest = region->guest;
		return true;
	}
	for (i = 0; i < part->n_regions; i++) {
		if (part->regions[i].flags & BH_REGION_LOADABLE) {
			*guest = part->regions[i].guest;
			return true;
		}
	}
	return false;
}
