// SPDX-License-Identifier: GPL-2.0
#include <string.h>

#include "cmd/command.h"

const char *option(const struct invocation *invocation, const char *name)
{
	unsigned int i;

	for (i = 0; i < MAX_OPTIONS && invocation->command->options[i].name; i++) {
		if (strcmp(invocation->command->options[i].name, name) == 0)
			return invocation->values[i];
	}
	return NULL;
}

/*
 * Parses one option, and its argument from the next word or after '='. Returns the number of
 * words used; 0: invalid, a message was printed.
 */
static int take_option(struct invocation *invocation, char **words)
{
	const struct command *command = invocation->command;
	const char *equals = words[0][1] == '-' ? strchr(words[0], '=') : NULL;
	size_t length = equals ? (size_t)(equals - words[0]) : strlen(words[0]);
	unsigned int i;

	for (i = 0; i < MAX_OPTIONS && command->options[i].name; i++) {
		const struct option_spec *spec = &command->options[i];

		if (strlen(spec->name) != length || strncmp(spec->name, words[0], length) != 0)
			continue;
		if (!spec->argument && equals) {
			say("option %s takes no argument", spec->name);
			return 0;
		}
		if (spec->argument && !equals && !words[1]) {
			say("option %s needs an argument: %s", spec->name, spec->argument);
			return 0;
		}
		if (!spec->argument)
			invocation->values[i] = "";
		else
			invocation->values[i] = equals ? equals + 1 : words[1];
		return spec->argument && !equals ? 2 : 1;
	}
	say("hvctl %s has no option \"%s\"; try hvctl %s --help", command->name, words[0],
	    command->name);
	return 0;
}

static enum outcome check_count(const struct invocation *invocation)
{
	const struct command *command = invocation->command;

	if (invocation->n_operands >= command->min_operands &&
	    invocation->n_operands <= command->max_operands)
		return OUTCOME_OK;
	if (invocation->n_operands < command->min_operands)
		say("hvctl %s needs more arguments; usage: hvctl %s %s", command->name,
		    command->name, command->operands);
	else if (command->max_operands == 0)
		say("hvctl %s takes no arguments, but there is \"%s\"", command->name,
		    invocation->operands[0]);
	else
		say("hvctl %s has an argument too many: \"%s\"; usage: hvctl %s %s", command->name,
		    invocation->operands[command->max_operands], command->name, command->operands);
	return OUTCOME_USAGE;
}

enum outcome parse_words(struct invocation *invocation, const struct command *command, int argc,
			 char **argv)
{
	bool options = true;
	int i = 0;

	memset(invocation, 0, sizeof(*invocation));
	invocation->command = command;
	invocation->operands =
		argv; /* operands are moved to the front, over words already parsed */
	while (i < argc) {
		if (command->free_after && invocation->n_operands >= command->free_after)
			options = false;
		if (options && strcmp(argv[i], "--") == 0) {
			options = false;
			i++;
		} else if (options && argv[i][0] == '-' && argv[i][1] != '\0') {
			int used = take_option(invocation, &argv[i]);

			if (used == 0)
				return OUTCOME_USAGE;
			i += used;
		} else {
			argv[invocation->n_operands++] = argv[i++];
		}
	}
	argv[invocation->n_operands] = NULL;
	return check_count(invocation);
}

void write_command_help(FILE *out, const struct command *command)
{
	unsigned int i;

	fprintf(out, "usage: hvctl %s%s%s%s\n\n%c%s.\n", command->name,
		command->options[0].name ? " [OPTION]..." : "", command->operands[0] ? " " : "",
		command->operands, command->summary[0] - 'a' + 'A', command->summary + 1);
	if (command->help)
		fprintf(out, "%s\n", command->help);
	fputs("\noptions:\n", out);
	for (i = 0; i < MAX_OPTIONS && command->options[i].name; i++) {
		const struct option_spec *spec = &command->options[i];
		int width = 20 - (int)strlen(spec->name);

		fprintf(out, "  %s %-*s %s\n", spec->name, width,
			spec->argument ? spec->argument : "", spec->help);
	}
	fprintf(out, "  %-21s %s\n", "--help", "print this");
}
