// SPDX-License-Identifier: GPL-2.0
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "request/config.h"
#include "request/device_call.h"

/* Writes the path of a config file: a name never means a file of the current directory, which
 * somebody else may have made. False: it is too long. */
static bool find_path(char *path, size_t room, const char *system)
{
	const char *format = blob_valid_name(system) ? CONFIG_DIRECTORY "/%s.bin" : "%s";

	return (size_t)snprintf(path, room, format, system) < room;
}

bool config_exists(const char *system)
{
	char path[256];

	return find_path(path, sizeof(path), system) && access(path, F_OK) == 0;
}

static enum outcome parse(struct config *config, const char *from)
{
	struct blob_error error;

	if (blob_parse(&config->blob, config->file.data, config->file.size, &error))
		return OUTCOME_OK;
	say("%s %s", from, error.text);
	config_free(config);
	return OUTCOME_BAD_FILE;
}

enum outcome config_from_file(struct config *config, const char *system)
{
	enum outcome outcome;

	memset(config, 0, sizeof(*config));
	if (!find_path(config->path, sizeof(config->path), system)) {
		say("the file name \"%s\" is too long", system);
		return OUTCOME_BAD_FILE;
	}
	outcome = file_read(&config->file, config->path, BLOB_MAX_BYTES);
	if (outcome != OUTCOME_OK)
		return outcome;
	return parse(config, config->path);
}

enum outcome config_from_device(struct config *config)
{
	struct bh_ioc_info info = { 0 };
	struct bh_ioc_config ioc = { 0 };
	enum outcome outcome;

	memset(config, 0, sizeof(*config));
	outcome = device_call(BH_IOC_INFO, &info, NULL);
	if (outcome != OUTCOME_OK || info.blob_size == 0)
		return outcome;
	if (info.blob_size > BLOB_MAX_BYTES)
		return OUTCOME_OK;
	config->file.data = calloc(1, info.blob_size);
	if (!config->file.data)
		return OUTCOME_OK;
	ioc.blob = (uintptr_t)config->file.data;
	ioc.blob_size = info.blob_size;
	outcome = device_call(BH_IOC_CONFIG, &ioc, NULL);
	if (outcome != OUTCOME_OK || ioc.blob_size > info.blob_size) {
		config_free(config);
		return outcome;
	}
	config->file.size = ioc.blob_size;
	return parse(config, "the enabled system's config");
}

void config_free(struct config *config)
{
	file_free(&config->file);
	memset(config, 0, sizeof(*config));
}
