// SPDX-License-Identifier: GPL-2.0
/* {words} of refusals that depend on the config: owners, regions, addresses. */
#include <bulkhead/ioctl.h>
#include <inttypes.h>

#include "base/text.h"
#include "device/cell_status.h"
#include "words/arch.h"
#include "words/names.h"
#include "words/refusal_fields.h"
#include "words/refusal_view.h"

/*
 * Returns the part that the refusal is about: the part of the request; for enable, the cell that
 * the module names, else the root cell.
 */
static const struct bh_cell_part *part_of(const struct refusal_view *view)
{
	const struct blob *blob = view->context->blob;
	const struct bh_cell_part *named = blob_find(blob, view->name);

	if (view->context->part)
		return view->context->part;
	if (named)
		return named;
	return blob ? blob->root : NULL;
}

static void write_region_range(FILE *out, const struct bh_region *region)
{
	fprintf(out, "%s 0x%" PRIx64 ", ", region_type_name(region->type), region->phys);
	write_size(out, region->size);
}

void refusal_write_region(FILE *out, const struct refusal_view *view)
{
	const struct bh_cell_part *part = part_of(view);

	if (!part || view->refusal->index >= part->n_regions)
		return;
	fputs(" (", out);
	write_region_range(out, &part->regions[view->refusal->index]);
	fputc(')', out);
}

void refusal_write_system(FILE *out, const struct refusal_view *view)
{
	const struct blob *blob = view->context->blob;

	if (blob && blob->system)
		fprintf(out, "system \"%s\"", blob->system->name);
	else
		fputs("the system", out);
}

/* Writes the words for a CPU's hardware number. */
void refusal_write_cpu_id(FILE *out, const struct refusal_view *view)
{
	const struct blob *blob = view->context->blob;
	uint16_t arch = blob && blob->system ? blob->system->header.arch : 0;

	fputs(arch_words_of(arch)->cpu_id, out);
}

void refusal_write_cell(FILE *out, const struct refusal_view *view)
{
	if (view->context->cell)
		fprintf(out, "cell \"%s\"", view->context->cell);
	else
		fputs("the cell", out);
}

void refusal_write_part(FILE *out, const struct refusal_view *view)
{
	const struct bh_cell_part *part = part_of(view);
	uint32_t field = view->refusal->field;

	if (part && part->header.kind == BH_PART_CELL)
		fprintf(out, "cell \"%s\"", part->name);
	else if (view->context->cell)
		refusal_write_cell(out, view);
	else if (field == BH_F_HEADER || field == BH_F_NAME)
		fputs("the config", out);
	else
		fputs("the root cell", out);
}

void refusal_write_owner(FILE *out, const struct refusal_view *view)
{
	char name[BH_NAME_SIZE];
	uint32_t owner = (uint32_t)view->refusal->owner;

	if (owner == BH_OWNER_HYPERVISOR)
		fputs("the hypervisor", out);
	else if (owner == BH_OWNER_NONE)
		fputs("nobody", out);
	else if (owner == BH_ROOT_CELL)
		fputs("the root cell", out);
	else if (view->name[0])
		fprintf(out, "cell \"%s\"", view->name);
	else if (cell_name(owner, name))
		fprintf(out, "cell \"%s\"", name);
	else
		fprintf(out, "cell %" PRIu32, owner);
}

/* Writes the owner's region that contains the address; nothing if the config lacks the owner. */
void refusal_write_owner_region(FILE *out, const struct refusal_view *view)
{
	char name[BH_NAME_SIZE];
	const struct bh_cell_part *part;
	const struct bh_region *region;

	if (view->refusal->field != BH_F_REGION_PHYS ||
	    !cell_name((uint32_t)view->refusal->owner, name))
		return;
	part = blob_find(view->context->blob, name);
	region = region_at_phys(part, view->refusal->value);
	if (!region)
		return;
	fprintf(out, " (its region %td: ", region - part->regions);
	write_region_range(out, region);
	fputc(')', out);
}

/* Does the region contain the address at which the refusal reports an overlap? */
static bool has_value(const struct refusal_view *view, const struct bh_region *region)
{
	uint32_t field = view->refusal->field;
	bool phys = field == BH_F_REGION_PHYS || field == BH_F_IMAGE;

	return view->refusal->value - (phys ? region->phys : region->guest) < region->size;
}

/* Writes the region that overlaps the subject of the sentence. */
void refusal_write_other(FILE *out, const struct refusal_view *view)
{
	const struct bh_cell_part *part = part_of(view);
	uint32_t field = view->refusal->field;
	bool of_regions = field == BH_F_REGION_PHYS || field == BH_F_REGION_GUEST;
	uint32_t i;

	for (i = 0; part && i < part->n_regions; i++) {
		if (of_regions && i == view->refusal->index)
			continue;
		if (!has_value(view, &part->regions[i]))
			continue;
		fprintf(out, "its region %" PRIu32 " (", i);
		write_region_range(out, &part->regions[i]);
		fputc(')', out);
		return;
	}
	fputs("another entry of the same config", out);
}

/* Writes the address, unless the subject of the sentence already has it. */
void refusal_write_at(FILE *out, const struct refusal_view *view)
{
	const struct bh_cell_part *part = part_of(view);
	const struct bh_refusal *refusal = view->refusal;

	if (!field_is_address(refusal->field))
		return;
	if (refusal->field == BH_F_REGION_PHYS && part && refusal->index < part->n_regions &&
	    part->regions[refusal->index].phys == refusal->value)
		return;
	fprintf(out, ", at 0x%" PRIx64, refusal->value);
}

void refusal_write_hyp_memory(FILE *out, const struct refusal_view *view)
{
	const struct blob *blob = view->context->blob;

	if (!blob || !blob->system)
		return;
	fprintf(out, " (0x%" PRIx64 ", ", blob->system->hyp_phys);
	write_size(out, blob->system->hyp_size);
	fputc(')', out);
}

void refusal_write_platform_field(FILE *out, const struct refusal_view *view)
{
	const char *words = platform_field_words(view->refusal->index);

	fputs(words ? words : "the platform", out);
}

/* Writes what a physical address is in the config, such as: region 0 of cell "rt" (RAM ...). */
void refusal_write_place(FILE *out, const struct refusal_view *view)
{
	const struct blob *blob = view->context->blob;
	uint64_t phys = view->refusal->value;
	unsigned int i;

	if (blob && blob->system && phys - blob->system->hyp_phys < blob->system->hyp_size) {
		fputs("the hypervisor's memory", out);
		refusal_write_hyp_memory(out, view);
		return;
	}
	for (i = 0; blob && i < blob->n_cells; i++) {
		const struct bh_cell_part *part = blob->cells[i];
		const struct bh_region *region = region_at_phys(part, phys);

		if (!region)
			continue;
		fprintf(out, "region %td of cell \"%s\" (", region - part->regions, part->name);
		write_region_range(out, region);
		fputc(')', out);
		return;
	}
	fputs("memory of the config", out);
}

void refusal_write_reserve_advice(FILE *out, const struct refusal_view *view)
{
	arch_words()->write_reserve_advice(out, view->context->blob);
}

/* Writes the guest ranges into which images can be loaded. */
void refusal_write_loadable(FILE *out, const struct refusal_view *view)
{
	const struct bh_cell_part *part = view->context->part;
	const char *separator = ", which is ";
	uint32_t i;

	if (!part && view->context->cell)
		part = blob_find(view->context->blob, view->context->cell);
	for (i = 0; part && i < part->n_regions; i++) {
		const struct bh_region *region = &part->regions[i];

		if (!(region->flags & BH_REGION_LOADABLE))
			continue;
		fprintf(out, "%s0x%" PRIx64 " to 0x%" PRIx64, separator, region->guest,
			region->guest + region->size - 1);
		separator = ", ";
	}
}

void refusal_write_state_advice(FILE *out, const struct refusal_view *view)
{
	const char *cell = view->context->cell ? view->context->cell : "CELL";

	if (view->refusal->value == BH_STATE_RUNNING)
		fprintf(out, "stop it first: hvctl cell shutdown %s", cell);
	else if (view->refusal->value == BH_STATE_WIPING)
		fprintf(out, "finish that first: hvctl cell destroy %s", cell);
}
