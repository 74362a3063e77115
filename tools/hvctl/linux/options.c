// SPDX-License-Identifier: GPL-2.0
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "linux/start.h"

#define OPTIONS_MAX (8ul << 20)
#define KERNEL_NAME "vmlinuz-"

/* Distributions install /boot/config-VERSION beside /boot/vmlinuz-VERSION. False: no such file. */
static bool options_file(const char *kernel, char path[PATH_MAX])
{
	char real[PATH_MAX];
	const char *name;

	if (!realpath(kernel, real))
		return false;
	name = strrchr(real, '/') + 1;
	if (strncmp(name, KERNEL_NAME, strlen(KERNEL_NAME)) != 0)
		return false;
	snprintf(path, PATH_MAX, "%.*sconfig-%s", (int)(name - real), real,
		 name + strlen(KERNEL_NAME));
	return access(path, F_OK) == 0;
}

/*
 * Reads the kernel's build options. path: their file; empty: they are in the kernel. *options:
 * malloc()ed; NULL: unknown.
 */
static enum outcome find_options(const struct linux_start *start, char path[PATH_MAX],
				 char **options)
{
	struct file file;
	enum outcome outcome;

	path[0] = '\0';
	*options = kernel_options(&start->kernel);
	if (*options || !options_file(start->kernel_path, path))
		return OUTCOME_OK;
	outcome = file_read(&file, path, OPTIONS_MAX);
	*options = file.data;
	return outcome;
}

enum outcome linux_check_options(const struct linux_start *start, const struct linux_need *needs,
				 unsigned int n)
{
	const struct bh_cell_part *part = start->source.part;
	char *options, path[PATH_MAX], missing[256] = "";
	enum outcome outcome = find_options(start, path, &options);
	unsigned int i;

	for (i = 0; options && i < n; i++) {
		size_t used = strlen(missing);

		if ((needs[i].with_console && part->console_kind == BH_CONSOLE_NONE) ||
		    (needs[i].with_initrd && !start->initrd.size) ||
		    kernel_option_set(options, needs[i].name))
			continue;
		snprintf(missing + used, sizeof(missing) - used, "%sCONFIG_%s", used ? ", " : "",
			 needs[i].name);
	}
	free(options);
	if (!missing[0])
		return outcome;
	say("%s was built without options that Linux needs in cell \"%s\": %s%s%s%s",
	    start->kernel_path, part->name, missing, path[0] ? " (by " : "", path,
	    path[0] ? ")" : "");
	return OUTCOME_BAD_FILE;
}
