// SPDX-License-Identifier: GPL-2.0
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "words/arch.h"
#include "words/failure.h"
#include "words/names.h"
#include "words/refusal.h"

bool failure_is_violation(const struct bh_failure *failure)
{
	switch (failure->reason) {
	case BH_STOP_ACCESS:
	case BH_STOP_FETCH:
	case BH_STOP_TRAP:
	case BH_STOP_MMIO:
	case BH_STOP_HYPERVISOR_FAULT:
	case BH_STOP_SERROR:
	case BH_STOP_PORT:
		return true;
	}
	return false;
}

static bool has_address(const struct bh_failure *failure)
{
	return failure->reason == BH_STOP_ACCESS || failure->reason == BH_STOP_FETCH ||
	       failure->reason == BH_STOP_MMIO;
}

const struct bh_region *nearest_region(const struct bh_cell_part *part, uint64_t guest,
				       uint64_t *distance)
{
	const struct bh_region *nearest = NULL;
	uint32_t i;

	for (i = 0; part && i < part->n_regions; i++) {
		const struct bh_region *region = &part->regions[i];
		uint64_t last = region->guest + region->size - 1;
		uint64_t away = 0;

		if (guest < region->guest)
			away = region->guest - guest;
		else if (guest > last)
			away = guest - last;
		if (!nearest || away < *distance) {
			nearest = region;
			*distance = away;
		}
	}
	return nearest;
}

static void write_region(FILE *out, const struct bh_cell_part *part, const struct bh_region *region)
{
	uint32_t flags = region->flags;

	fprintf(out, "region %td (%s 0x%" PRIx64 " to 0x%" PRIx64 ", %c%c%c)",
		region - part->regions, region_type_name(region->type), region->guest,
		region->guest + region->size - 1, flags & BH_REGION_READ ? 'r' : '-',
		flags & BH_REGION_WRITE ? 'w' : '-', flags & BH_REGION_EXECUTE ? 'x' : '-');
}

static void write_nearest(FILE *out, const struct bh_cell_part *part, uint64_t guest)
{
	uint64_t distance = 0;
	const struct bh_region *region = nearest_region(part, guest, &distance);

	if (!region)
		return;
	fputs(distance ? "  the nearest region of the cell is " : "  that is in ", out);
	write_region(out, part, region);
	if (distance) {
		fprintf(out, ", 0x%" PRIx64 " %s", distance,
			guest < region->guest ? "above it" : "below it");
	}
	fputc('\n', out);
}

/* Writes who owns a physical address; nothing if it is nobody or the cell itself. */
static void write_owner(FILE *out, const struct blob *blob, const char *self, uint64_t phys)
{
	const struct bh_system_part *system = blob ? blob->system : NULL;
	unsigned int i;

	if (system && phys - system->hyp_phys < system->hyp_size) {
		fputs("the hypervisor", out);
		return;
	}
	for (i = 0; blob && i < blob->n_cells; i++) {
		const struct bh_cell_part *part = blob->cells[i];
		const struct bh_region *region = region_at_phys(part, phys);

		if (!region || strcmp(part->name, self) == 0)
			continue;
		fprintf(out, "cell \"%s\" (its region %td)", part->name, region - part->regions);
		return;
	}
	if (blob && region_at_phys(blob->root, phys))
		fputs("the root cell", out);
}

/*
 * Guests often use a physical address where a guest address is needed. Writes who owns the memory
 * at the physical address of that number.
 */
static void write_physical_owner(FILE *out, const struct blob *blob, const char *self,
				 uint64_t address)
{
	char *owner = WRITTEN(stream, write_owner(stream, blob, self, address));

	if (owner && owner[0])
		fprintf(out, "  as a physical address, it belongs to %s\n", owner);
	free(owner);
}

static void write_violation(FILE *out, const struct bh_cell_status *status, const struct blob *blob,
			    const struct bh_cell_part *part)
{
	const struct bh_failure *failure = &status->failure;

	fprintf(out, "  CPU %" PRIu32 ", pc 0x%" PRIx64 ": ", failure->cpu, failure->pc);
	arch_words()->write_exception(out, failure);
	fputc('\n', out);
	if (has_address(failure)) {
		fprintf(out, "  guest address 0x%" PRIx64, failure->fault_ipa);
		arch_words()->write_virtual(out, failure);
		fputc('\n', out);
		write_nearest(out, part, failure->fault_ipa);
		write_physical_owner(out, blob, status->name, failure->fault_ipa);
	}
	arch_words()->write_guest_exception(out, failure);
}

void failure_write(FILE *out, const struct bh_cell_status *status, const struct blob *blob,
		   const struct bh_cell_part *part, bool registers)
{
	const struct bh_failure *failure = &status->failure;

	if (failure->reason == BH_STOP_NONE)
		return;
	if (failure->reason > BH_STOP_PORT)
		fprintf(out,
			"cell \"%s\" stopped for reason %" PRIu32
			", which this hvctl doesn't know\n",
			status->name, failure->reason);
	else
		fprintf(out, "cell \"%s\" %s\n", status->name, stop_reason_words(failure->reason));
	if (failure->reason == BH_STOP_CPU_LOST)
		fprintf(out, "  it is CPU %" PRIu32 "\n", failure->cpu);
	if (failure_is_violation(failure))
		write_violation(out, status, blob, part);
	if (registers && (failure_is_violation(failure) || failure->pc))
		arch_words()->write_registers(out, failure);
}

static void json_what(struct json *json, const struct bh_failure *failure)
{
	char *text = WRITTEN(out, arch_words()->write_exception(out, failure));

	json_string(json, "exception", text ? text : "");
	free(text);
}

static void json_violation(struct json *json, const struct bh_failure *failure)
{
	json_number(json, "cpu", failure->cpu);
	json_hex(json, "pc", failure->pc);
	json_hex(json, "syndrome", failure->syndrome);
	json_what(json, failure);
	json_hex(json, "guest_address", failure->fault_ipa);
	json_hex(json, "virtual_address", failure->fault_va);
	json_object(json, "registers");
	arch_words()->json_registers(json, failure);
	json_end_object(json);
}

void failure_json(struct json *json, const struct bh_cell_status *status, const struct blob *blob,
		  const struct bh_cell_part *part)
{
	char *text;

	if (status->failure.reason == BH_STOP_NONE) {
		json_null(json, "stop");
		return;
	}
	json_object(json, "stop");
	json_string(json, "reason", stop_reason_key(status->failure.reason));
	text = WRITTEN(out, failure_write(out, status, blob, part, false));
	json_string(json, "text", text ? text : "");
	free(text);
	if (failure_is_violation(&status->failure))
		json_violation(json, &status->failure);
	json_end_object(json);
}
