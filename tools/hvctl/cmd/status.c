// SPDX-License-Identifier: GPL-2.0
/* hvctl status. */
#include <inttypes.h>
#include <string.h>

#include "base/json.h"
#include "base/text.h"
#include "cmd/command.h"
#include "device/backend.h"
#include "request/device_call.h"
#include "words/names.h"

/* Cells other than the root cell. */
static unsigned int count_cells(const struct bh_ioc_info *info)
{
	return __builtin_popcount(info->cells & ~(1u << BH_ROOT_CELL));
}

static void write_memory(const struct bh_ioc_info *info)
{
	const struct bh_memory_status *memory = &info->memory;

	fputs("hypervisor memory:  ", stdout);
	write_size(stdout, info->hyp_size);
	printf(" at 0x%" PRIx64 "\n", info->hyp_phys);
	fputs("  image:            ", stdout);
	write_size(stdout, memory->image_bytes);
	fputs(", text and rodata ", stdout);
	write_size(stdout, memory->text_bytes);
	printf("\n  pages in use:     %" PRIu64 " of %" PRIu64 "\n", memory->pool_pages_used,
	       memory->pool_pages);
}

/* SMIs since enable; false: the machine does not count them. */
static bool count_smis(uint64_t *smis)
{
	char text[32];

	backend_kernel_text("/sys/class/misc/bulkhead/smis", text, sizeof(text));
	text[strcspn(text, "\n")] = '\0';
	return parse_number(text, smis);
}

static void write_table(const struct bh_ioc_info *info)
{
	uint64_t smis;

	printf("state:              %s\n", driver_state_name(info->state));
	if (info->state == BH_DRIVER_DISABLED)
		return;
	printf("system:             %s\n", info->system);
	printf("CPUs:               %" PRIu32 "\n", info->n_cpus);
	printf("cells:              %u and the root cell\n", count_cells(info));
	write_memory(info);
	if (count_smis(&smis))
		printf("SMIs:               %" PRIu64 " since enable\n", smis);
}

static void write_json(const struct bh_ioc_info *info)
{
	struct json json = { .out = stdout };
	uint64_t smis;

	json_object(&json, NULL);
	json_string(&json, "state", driver_state_name(info->state));
	if (info->state != BH_DRIVER_DISABLED) {
		json_string(&json, "system", info->system);
		json_number(&json, "cpus", info->n_cpus);
		json_number(&json, "cells", count_cells(info));
		json_hex(&json, "hypervisor_address", info->hyp_phys);
		json_number(&json, "hypervisor_bytes", info->hyp_size);
		json_number(&json, "image_bytes", info->memory.image_bytes);
		json_number(&json, "text_bytes", info->memory.text_bytes);
		json_number(&json, "pool_pages", info->memory.pool_pages);
		json_number(&json, "pool_pages_used", info->memory.pool_pages_used);
		json_number(&json, "clock_hz", info->clock_hz);
		if (count_smis(&smis))
			json_number(&json, "smis", smis);
	}
	json_end_object(&json);
}

static enum outcome status(const struct invocation *invocation)
{
	struct bh_ioc_info info = { 0 };
	enum outcome outcome = device_call(BH_IOC_INFO, &info, NULL);

	if (outcome != OUTCOME_OK)
		return outcome;
	info.system[BH_NAME_SIZE - 1] = '\0';
	if (option(invocation, "--json"))
		write_json(&info);
	else
		write_table(&info);
	return OUTCOME_OK;
}

const struct command command_status = {
	.name = "status",
	.operands = "",
	.summary = "show the state of the hypervisor",
	.help = "hvctl cell list shows the cells.",
	.options = { OPTION_JSON },
	.run = status,
};
