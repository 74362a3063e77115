/* SPDX-License-Identifier: GPL-2.0 */
/* Reads configs from files, and the enabled config from the module. */
#ifndef HVCTL_REQUEST_CONFIG_H
#define HVCTL_REQUEST_CONFIG_H

#include <stdbool.h>

#include "base/file.h"
#include "config/blob.h"

#define CONFIG_DIRECTORY "/etc/bulkhead"

struct config {
	char path[256]; /* path of the config file; empty: the config is the module's */
	struct file file;
	struct blob blob;
};

/*
 * Reads the config of a system: CONFIG_DIRECTORY/NAME.bin for a name, which is never a file of
 * the current directory, or the file of any other path. Prints a message on failure.
 */
enum outcome config_from_file(struct config *config, const char *system);

/* Does config_from_file() find a file? */
bool config_exists(const char *system);

/*
 * Reads the config of the enabled system. If no system is enabled, *config is empty, which is not
 * an error. Prints a message on failure.
 */
enum outcome config_from_device(struct config *config);

void config_free(struct config *config);

#endif
