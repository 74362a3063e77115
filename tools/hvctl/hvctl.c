// SPDX-License-Identifier: GPL-2.0
/* Finds and runs the command of the command line. */
#include <bulkhead/limits.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmd/command.h"
#include "device/device.h"

const struct command *const commands[] = {
	&command_check,
	&command_enable,
	&command_disable,
	&command_lock,
	&command_status,
	&command_log,
	&command_cell_create,
	&command_cell_load,
	&command_cell_start,
	&command_cell_shutdown,
	&command_cell_destroy,
	&command_cell_list,
	&command_cell_stats,
	&command_cell_console,
	&command_cell_run,
	&command_cell_linux,
	NULL,
};

static void write_help(FILE *out)
{
	unsigned int i;

	fputs("usage: hvctl COMMAND [ARGUMENT]...\n\n"
	      "Controls the Bulkhead partitioning hypervisor.\n\n"
	      "commands:\n",
	      out);
	for (i = 0; commands[i]; i++)
		fprintf(out, "  %-15s %s\n", commands[i]->name, commands[i]->summary);
	fputs("\n"
	      "hvctl COMMAND --help describes a command, hvctl(8) all of them.\n"
	      "CELL is a name or an id.\n"
	      "Exit codes: 0 done, 1 refused, 2 wrong usage, 3 no module or no permission,\n"
	      "4 time-out, 5 a file is missing or wrong, 6 interrupted.\n",
	      out);
}

/* Finds the command whose name is the first one or two words. *used: how many. */
static const struct command *find_command(char **words, int *used)
{
	unsigned int i;

	for (i = 0; commands[i]; i++) {
		const char *name = commands[i]->name;
		const char *space = strchr(name, ' ');

		if (!space && strcmp(words[0], name) == 0) {
			*used = 1;
			return commands[i];
		}
		if (space && words[1] && strncmp(words[0], name, space - name) == 0 &&
		    words[0][space - name] == '\0' && strcmp(words[1], space + 1) == 0) {
			*used = 2;
			return commands[i];
		}
	}
	return NULL;
}

static enum outcome unknown_command(char **words)
{
	unsigned int i;

	if (strcmp(words[0], "cell") != 0) {
		say("there is no command \"%s\"; try hvctl --help", words[0]);
		return OUTCOME_USAGE;
	}
	if (words[1] && strcmp(words[1], "--help") == 0) {
		for (i = 0; commands[i]; i++) {
			if (strncmp(commands[i]->name, "cell ", 5) == 0)
				printf("%-15s %s\n", commands[i]->name, commands[i]->summary);
		}
		return OUTCOME_OK;
	}
	if (words[1])
		say("there is no command \"cell %s\"; try hvctl cell --help", words[1]);
	else
		say("\"cell\" needs one more word; try hvctl cell --help");
	return OUTCOME_USAGE;
}

/* Is --help given before "--" and before the words that are a cell's arguments? */
static bool wants_help(const struct command *command, char **words)
{
	unsigned int operands = 0;

	for (; *words && strcmp(*words, "--") != 0; words++) {
		if (command->free_after && operands >= command->free_after)
			return false;
		if (strcmp(*words, "--help") == 0)
			return true;
		operands += (*words)[0] != '-';
	}
	return false;
}

static enum outcome run(int argc, char **argv)
{
	const struct command *command;
	struct invocation invocation;
	enum outcome outcome;
	int used = 0;

	if (argc < 2) {
		write_help(stderr);
		return OUTCOME_USAGE;
	}
	if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "help") == 0) {
		write_help(stdout);
		return OUTCOME_OK;
	}
	if (strcmp(argv[1], "--version") == 0) {
		printf("hvctl of Bulkhead, ABI version %u.%u\n", BH_ABI_MAJOR, BH_ABI_MINOR);
		return OUTCOME_OK;
	}
	command = find_command(argv + 1, &used);
	if (!command)
		return unknown_command(argv + 1);
	if (wants_help(command, argv + 1 + used)) {
		write_command_help(stdout, command);
		return OUTCOME_OK;
	}
	outcome = parse_words(&invocation, command, argc - 1 - used, argv + 1 + used);
	if (outcome != OUTCOME_OK)
		return outcome;
	return command->run(&invocation);
}

/* Was the reading end of the output closed, as head(1) does? */
static bool reader_is_gone(void)
{
	struct pollfd output = { .fd = STDOUT_FILENO };

	return poll(&output, 1, 0) > 0 && output.revents & POLLERR;
}

int hvctl_main(int argc, char **argv)
{
	enum outcome outcome;

	/* Without SIGPIPE, a terminal is never left in raw mode. */
	signal(SIGPIPE, SIG_IGN);
	outcome = run(argc, argv);
	device_close();
	if ((fflush(stdout) != 0 || ferror(stdout)) && !reader_is_gone()) {
		say("the output can't be written");
		return OUTCOME_BAD_FILE;
	}
	return outcome;
}
