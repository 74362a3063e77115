// SPDX-License-Identifier: GPL-2.0
/* Finds the config of a new cell. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "request/cell_steps.h"

static void write_names(FILE *out, const struct blob *blob)
{
	unsigned int i;

	for (i = 0; i < blob->n_cells; i++)
		fprintf(out, "%s%s", i ? ", " : "", blob->cells[i]->name);
	if (blob->n_cells == 0)
		fputs("none", out);
}

/* Prints, for example: FILE has no cell "x"; its cells: a, b. */
static enum outcome say_cells(const struct blob *blob, const char *where, const char *what)
{
	char *names = WRITTEN(out, write_names(out, blob));

	say("%s %s; its cells: %s", where, what, names ? names : "?");
	free(names);
	return OUTCOME_BAD_FILE;
}

static enum outcome take_by_name(struct cell_source *source, const char *name)
{
	char what[96];

	source->part = blob_find(&source->config.blob, name);
	if (source->part)
		return OUTCOME_OK;
	snprintf(what, sizeof(what), "has no cell \"%.40s\"", name);
	return say_cells(&source->config.blob, source->config.path, what);
}

static enum outcome take_only_one(struct cell_source *source)
{
	if (source->config.blob.n_cells == 1) {
		source->part = source->config.blob.cells[0];
		return OUTCOME_OK;
	}
	return say_cells(&source->config.blob, source->config.path,
			 "has not exactly one cell: name one as FILE:NAME");
}

static enum outcome from_file(struct cell_source *source, const char *what)
{
	const char *colon = strrchr(what, ':');
	char *file = strndup(what, colon ? (size_t)(colon - what) : strlen(what));
	enum outcome outcome;

	if (!file)
		return OUTCOME_BAD_FILE;
	outcome = config_from_file(&source->config, file);
	free(file);
	if (outcome != OUTCOME_OK)
		return outcome;
	outcome = colon ? take_by_name(source, colon + 1) : take_only_one(source);
	if (outcome != OUTCOME_OK)
		cell_source_free(source);
	return outcome;
}

static enum outcome no_such_cell(const struct cell_source *source, const char *name)
{
	char where[BH_NAME_SIZE + 16], what[96];

	snprintf(where, sizeof(where), "system \"%s\"", source->config.blob.system->name);
	snprintf(what, sizeof(what), "has no cell \"%s\", and there is no such file", name);
	return say_cells(&source->config.blob, where, what);
}

/* Is it SYSTEM/NAME? *name: what follows the slash. */
static bool names_system(const char *what, char system[BH_NAME_SIZE], const char **name)
{
	const char *slash = strchr(what, '/');

	if (!slash || (size_t)(slash - what) >= BH_NAME_SIZE)
		return false;
	memcpy(system, what, slash - what);
	system[slash - what] = '\0';
	*name = slash + 1;
	return blob_valid_name(system) && blob_valid_name(*name);
}

static enum outcome from_system(struct cell_source *source, const char *system, const char *name)
{
	const struct bh_system_part *enabled;
	enum outcome outcome = config_from_device(&source->config);

	if (outcome != OUTCOME_OK)
		return outcome;
	enabled = source->config.blob.system;
	source->part = blob_find(&source->config.blob, name);
	if (!enabled || strcmp(enabled->name, system) != 0) {
		say("system \"%s\" is not enabled, %s%s%s is", system, enabled ? "\"" : "none",
		    enabled ? enabled->name : "", enabled ? "\"" : "");
		outcome = OUTCOME_REFUSED;
	} else if (!source->part) {
		outcome = no_such_cell(source, name);
	}
	if (outcome != OUTCOME_OK)
		cell_source_free(source);
	return outcome;
}

enum outcome cell_source_find(struct cell_source *source, const char *what)
{
	char system[BH_NAME_SIZE];
	const char *name;
	enum outcome outcome;

	memset(source, 0, sizeof(*source));
	if (names_system(what, system, &name))
		return from_system(source, system, name);
	if (!blob_valid_name(what))
		return from_file(source, what);
	outcome = config_from_device(&source->config);
	if (outcome != OUTCOME_OK)
		return outcome;
	source->part = blob_find(&source->config.blob, what);
	if (source->part)
		return OUTCOME_OK;
	if (!source->config.blob.system) {
		say("cannot create cell \"%s\": no system is enabled", what);
		outcome = OUTCOME_REFUSED;
	} else if (config_exists(what)) {
		config_free(&source->config);
		return from_file(source, what);
	} else {
		outcome = no_such_cell(source, what);
	}
	cell_source_free(source);
	return outcome;
}

void cell_source_free(struct cell_source *source)
{
	config_free(&source->config);
	source->part = NULL;
}
