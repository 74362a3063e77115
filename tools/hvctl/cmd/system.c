// SPDX-License-Identifier: GPL-2.0
/* hvctl enable, disable, lock: the system as a whole. */
#include <stdio.h>

#include "cmd/command.h"
#include "request/config.h"
#include "request/device_call.h"

static enum outcome enable_config(const struct config *config)
{
	struct bh_ioc_enable ioc = { 0 };
	char doing[BH_NAME_SIZE + 32] = "enable the system";
	struct refusal_context context = { .doing = doing, .blob = &config->blob };
	enum outcome outcome;

	if (!config->blob.system || !config->blob.root) {
		say("%s has no %s part: it can't be enabled", config->path,
		    config->blob.system ? "root cell" : "system");
		return OUTCOME_BAD_FILE;
	}
	snprintf(doing, sizeof(doing), "enable system \"%s\"", config->blob.system->name);
	ioc.blob = (uintptr_t)config->file.data;
	ioc.blob_size = config->file.size;
	outcome = device_call(BH_IOC_ENABLE, &ioc, &context);
	if (outcome == OUTCOME_OK)
		printf("System \"%s\" is enabled: Linux is its root cell.\n",
		       config->blob.system->name);
	return outcome;
}

static enum outcome enable(const struct invocation *invocation)
{
	struct config config;
	enum outcome outcome = config_from_file(&config, invocation->operands[0]);

	if (outcome != OUTCOME_OK)
		return outcome;
	outcome = enable_config(&config);
	config_free(&config);
	return outcome;
}

static enum outcome disable(const struct invocation *invocation)
{
	const struct refusal_context context = { .doing = "disable the hypervisor" };
	struct bh_ioc_plain ioc = { 0 };
	enum outcome outcome = device_call(BH_IOC_DISABLE, &ioc, &context);

	(void)invocation;
	if (outcome == OUTCOME_OK)
		puts("The hypervisor is disabled: Linux has the whole machine.");
	return outcome;
}

static enum outcome lock(const struct invocation *invocation)
{
	const struct refusal_context context = { .doing = "lock the hypervisor" };
	struct bh_ioc_plain ioc = { 0 };
	enum outcome outcome = device_call(BH_IOC_LOCK, &ioc, &context);

	(void)invocation;
	if (outcome == OUTCOME_OK)
		puts("The hypervisor is locked until the machine is reset.");
	return outcome;
}

const struct command command_enable = {
	.name = "enable",
	.operands = "SYSTEM",
	.summary = "move all CPUs under the hypervisor; Linux continues as the root cell",
	.help = "SYSTEM is a config file; without a slash and where there is no such file,\n"
		"/etc/bulkhead/SYSTEM.bin. Creates no cells.",
	.min_operands = 1,
	.max_operands = 1,
	.run = enable,
};

const struct command command_disable = {
	.name = "disable",
	.operands = "",
	.summary = "remove the hypervisor and give Linux the whole machine",
	.help = "Possible while no cell but the root cell exists.",
	.run = disable,
};

const struct command command_lock = {
	.name = "lock",
	.operands = "",
	.summary = "refuse changes until the machine is reset",
	.help = "No cell can be created, loaded, started, shut down or destroyed any more, and\n"
		"the hypervisor can't be disabled. Status, log, statistics and consoles stay.",
	.run = lock,
};
