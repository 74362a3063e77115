// SPDX-License-Identifier: GPL-2.0
#include <inttypes.h>
#include <string.h>

#include "base/text.h"
#include "words/shared.h"

#define DEVICES "/dev/bulkhead-shm/"

/* Root's config lists all shared memory of the system; regions without rights are not root's. */
static bool is_party(const struct bh_region *region)
{
	return region->type == BH_REGION_SHARED && region->flags;
}

/* Returns the name and doorbell of a region, or NULL if it has none. */
static const struct bh_shared *shared_of(const struct bh_cell_part *part,
					 const struct bh_region *region)
{
	const struct bh_shared *shared = bh_cell_shared(part);
	uint32_t i;

	for (i = 0; i < part->n_shared; i++)
		if (shared[i].region == region - part->regions)
			return &shared[i];
	return NULL;
}

/* Returns the region of another cell that is the same memory, or NULL. */
static const struct bh_region *same_memory(const struct bh_cell_part *other,
					   const struct bh_region *region)
{
	uint32_t i;

	for (i = 0; other && i < other->n_regions; i++) {
		const struct bh_region *its = &other->regions[i];

		if (is_party(its) && its->phys == region->phys && its->size == region->size)
			return its;
	}
	return NULL;
}

static bool exists(const struct shared_view *view, const struct bh_cell_part *part)
{
	unsigned int i;

	for (i = 0; i < view->n_cells; i++)
		if (strcmp(view->cells[i].name, part->name) == 0)
			return true;
	return false;
}

/* Calls visit() for each other cell that has the memory, root first. */
static void for_each_party(const struct shared_view *view, const struct bh_cell_part *part,
			   const struct bh_region *region,
			   void (*visit)(const struct bh_cell_part *party, bool exists,
					 void *context),
			   void *context)
{
	const struct blob *blob = view->blob;
	unsigned int i;

	if (same_memory(blob->root, region))
		visit(blob->root, true, context);
	for (i = 0; i < blob->n_cells; i++) {
		const struct bh_cell_part *other = blob->cells[i];

		if (other != part && same_memory(other, region))
			visit(other, exists(view, other), context);
	}
}

/*
 * Returns the name of root's device for the region, or NULL. It exists while a cell has the memory.
 */
static const char *device_of(const struct shared_view *view, const struct bh_region *region)
{
	const struct bh_region *its = same_memory(view->blob->root, region);
	const struct bh_shared *shared = its ? shared_of(view->blob->root, its) : NULL;

	return shared && its->flags & BH_REGION_READ ? shared->name : NULL;
}

static void rights_text(const struct bh_region *region, char text[4])
{
	text[0] = region->flags & BH_REGION_READ ? 'r' : '-';
	text[1] = region->flags & BH_REGION_WRITE ? 'w' : '-';
	text[2] = region->flags & BH_REGION_EXECUTE ? 'x' : '-';
	text[3] = '\0';
}

struct list {
	FILE *out;
	const char *before;
};

static void write_party(const struct bh_cell_part *party, bool exists, void *context)
{
	struct list *list = context;

	fprintf(list->out, "%s%s%s", list->before, party->name, exists ? "" : " (not created)");
	list->before = ", ";
}

static void write_doorbell(FILE *out, const struct bh_shared *shared)
{
	if (!shared)
		return;
	if (shared->irq)
		fprintf(out, ", rung by interrupt %u", shared->irq);
	if (shared->flags & BH_SHARED_RING)
		fputs(", rings", out);
}

static void write_shared(FILE *out, const struct shared_view *view, const struct bh_cell_part *part,
			 const struct bh_region *region)
{
	const struct bh_shared *shared = shared_of(part, region);
	const char *device = device_of(view, region);
	struct list list = { out, "\n    with " };
	char rights[4];

	rights_text(region, rights);
	fprintf(out, "  %s: ", shared ? shared->name : "(no name)");
	write_size(out, region->size);
	fprintf(out, " at 0x%" PRIx64 ", %s", region->guest, rights);
	write_doorbell(out, shared);
	for_each_party(view, part, region, write_party, &list);
	if (device)
		fprintf(out, "\n    in root " DEVICES "%s", device);
	fputc('\n', out);
}

void shared_write(FILE *out, const struct shared_view *view, const struct bh_cell_part *part)
{
	bool first = true;
	uint32_t i;

	for (i = 0; part && i < part->n_regions; i++) {
		if (!is_party(&part->regions[i]))
			continue;
		if (first)
			fprintf(out, "Shared memory of cell \"%s\":\n", part->name);
		first = false;
		write_shared(out, view, part, &part->regions[i]);
	}
}

static void json_party(const struct bh_cell_part *party, bool exists, void *context)
{
	struct json *json = context;

	json_object(json, NULL);
	json_string(json, "name", party->name);
	json_bool(json, "exists", exists);
	json_end_object(json);
}

static void json_text(struct json *json, const char *key, const char *before, const char *text)
{
	char all[sizeof(DEVICES) + BH_NAME_SIZE];

	if (!text)
		return json_null(json, key);
	snprintf(all, sizeof(all), "%s%s", before, text);
	json_string(json, key, all);
}

void shared_json(struct json *json, const struct shared_view *view, const struct bh_cell_part *part)
{
	uint32_t i;

	json_array(json, "shared");
	for (i = 0; part && i < part->n_regions; i++) {
		const struct bh_region *region = &part->regions[i];
		const struct bh_shared *shared;
		char rights[4];

		if (!is_party(region))
			continue;
		shared = shared_of(part, region);
		rights_text(region, rights);
		json_object(json, NULL);
		json_text(json, "name", "", shared ? shared->name : NULL);
		json_hex(json, "guest_address", region->guest);
		json_number(json, "bytes", region->size);
		json_string(json, "rights", rights);
		json_number(json, "irq", shared ? shared->irq : 0);
		json_bool(json, "rings", shared && shared->flags & BH_SHARED_RING);
		json_text(json, "device", DEVICES, device_of(view, region));
		json_array(json, "with");
		for_each_party(view, part, region, json_party, json);
		json_end_array(json);
		json_end_object(json);
	}
	json_end_array(json);
}
