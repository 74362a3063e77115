/* SPDX-License-Identifier: GPL-2.0 */
/* Commands, and the parsing of their command lines. */
#ifndef HVCTL_CMD_COMMAND_H
#define HVCTL_CMD_COMMAND_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "base/say.h"

struct option_spec {
	const char *name;     /* "--timeout" or "-f" */
	const char *argument; /* name of its argument; NULL: none */
	const char *help;
};

#define MAX_OPTIONS 8

struct invocation;

struct command {
	const char *name;     /* "enable" or "cell start" */
	const char *operands; /* for the usage line */
	const char *summary;  /* one line, without a full stop */
	const char *help;     /* more lines, or NULL */
	unsigned int min_operands;
	unsigned int max_operands;
	unsigned int free_after; /* after this many operands, all words are operands; 0: never */
	struct option_spec options[MAX_OPTIONS];
	enum outcome (*run)(const struct invocation *invocation);
};

/* A command line after parsing. */
struct invocation {
	const struct command *command;
	const char
		*values[MAX_OPTIONS]; /* by option; "": given, without argument; NULL: not given */
	char **operands;	      /* NULL-terminated */
	unsigned int n_operands;
};

/* Returns the value of an option, "" if it has no argument; NULL: not given. */
const char *option(const struct invocation *invocation, const char *name);

/* Parses the words after the command's name; reorders argv. Prints a message on failure. */
enum outcome parse_words(struct invocation *invocation, const struct command *command, int argc,
			 char **argv);

/* What --help prints. */
void write_command_help(FILE *out, const struct command *command);

/* Runs hvctl; returns the exit code. */
int hvctl_main(int argc, char **argv);

/* All commands, ended by NULL. */
extern const struct command *const commands[];

extern const struct command command_check, command_enable, command_disable, command_lock,
	command_status, command_log, command_cell_create, command_cell_load, command_cell_start,
	command_cell_shutdown, command_cell_destroy, command_cell_list, command_cell_stats,
	command_cell_console, command_cell_run, command_cell_linux;

#define OPTION_UNBIND                                                            \
	{                                                                        \
		"--unbind", NULL, "take the cell's devices from Linux's drivers" \
	}

#define OPTION_JSON                          \
	{                                    \
		"--json", NULL, "print JSON" \
	}

#endif
