/* SPDX-License-Identifier: GPL-2.0 */
/* Configs with their bytes: from a file, or the one that is enabled. */
#ifndef HVCTL_REQUEST_CONFIG_H
#define HVCTL_REQUEST_CONFIG_H

#include <stdbool.h>

#include "base/file.h"
#include "config/blob.h"

#define CONFIG_DIRECTORY "/etc/bulkhead"

struct config {
	char path[256]; /* the file, or empty: from the module */
	struct file file;
	struct blob blob;
};

/*
 * Reads the file named `system`; where there is none and the name has no
 * slash, CONFIG_DIRECTORY/system.bin. Says what is wrong.
 */
enum outcome config_from_file(struct config *config, const char *system);

/* Would config_from_file() find a file? */
bool config_exists(const char *system);

/*
 * The config of the enabled system. Where the module has none, *config is
 * empty: that is no error. Says what else is wrong.
 */
enum outcome config_from_device(struct config *config);

void config_free(struct config *config);

#endif
