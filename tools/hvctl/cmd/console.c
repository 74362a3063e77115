// SPDX-License-Identifier: GPL-2.0
/* hvctl cell console. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/signals.h"
#include "base/terminal.h"
#include "base/text.h"
#include "cmd/command.h"
#include "request/cells.h"
#include "request/device_call.h"

#define ESCAPE_KEY 0x1d /* Ctrl-] */

/* Interval of reading without an event: some output raises none. */
#define LOOK_AGAIN_MS 200

/* How long to wait for output after the end of input from a pipe. */
#define DRAIN_MS 300

struct console {
	uint32_t id;
	const char *name;
	uint32_t position;
	uint32_t lost;	/* number of lost bytes that was reported last */
	bool destroyed; /* the cell was destroyed: its console ended */
	bool raw;	/* print all bytes as they are */
	bool finished;	/* the escape key was read, or the input ended */
	int input_fd;	/* -1: no input, or its end */
	size_t n_pending;
	uint8_t pending[256]; /* input for which the cell's ring had no room yet */
};

static void say_lost(struct console *console, uint32_t lost)
{
	if (lost > console->lost)
		say("%u bytes of output were lost: they were not read in time",
		    lost - console->lost);
	console->lost = lost;
}

/* If the cell is destroyed meanwhile, the console ends without an error. */
static enum outcome console_call(struct console *console, unsigned long request,
				 struct bh_ioc_console *ioc)
{
	const struct refusal_context context = { .cell = console->name };
	enum outcome outcome = device_try(request, ioc);

	if (outcome != OUTCOME_REFUSED)
		return outcome;
	if (ioc->header.refusal.code != BH_E_NO_CELL)
		return device_explain(&ioc->header, &context);
	console->destroyed = true;
	return OUTCOME_OK;
}

/* Prints the output since the last call. */
static enum outcome read_output(struct console *console)
{
	char data[BH_CONSOLE_OUT];
	struct bh_ioc_console ioc;
	enum outcome outcome;

	do {
		memset(&ioc, 0, sizeof(ioc));
		ioc.id = console->id;
		ioc.position = console->position;
		ioc.data = (uintptr_t)data;
		ioc.size = sizeof(data);
		outcome = console_call(console, BH_IOC_CONSOLE_READ, &ioc);
		if (outcome != OUTCOME_OK || console->destroyed)
			return outcome;
		console->position = ioc.position;
		say_lost(console, ioc.lost);
		if (ioc.size > sizeof(data))
			ioc.size = sizeof(data);
		if (console->raw)
			fwrite(data, 1, ioc.size, stdout);
		else
			write_clean_lines(stdout, data, ioc.size);
	} while (ioc.size == sizeof(data) && !signals_arrived());
	fflush(stdout);
	return OUTCOME_OK;
}

/* Writes pending input to the cell, as far as its ring has room. */
static enum outcome write_input(struct console *console)
{
	struct bh_ioc_console ioc = { 0 };
	enum outcome outcome;

	if (console->n_pending == 0)
		return OUTCOME_OK;
	ioc.id = console->id;
	ioc.data = (uintptr_t)console->pending;
	ioc.size = console->n_pending;
	outcome = console_call(console, BH_IOC_CONSOLE_WRITE, &ioc);
	if (outcome != OUTCOME_OK || console->destroyed || ioc.size > console->n_pending)
		return outcome;
	console->n_pending -= ioc.size;
	memmove(console->pending, console->pending + ioc.size, console->n_pending);
	return OUTCOME_OK;
}

static void read_keys(struct console *console)
{
	uint8_t *start = console->pending + console->n_pending;
	size_t room = sizeof(console->pending) - console->n_pending;
	uint8_t *escape;
	ssize_t n;

	if (room == 0)
		return;
	n = read(console->input_fd, start, room);
	if (n < 0 && errno == EINTR)
		return;
	if (n <= 0) {
		console->input_fd = -1;
		console->finished = true;
		return;
	}
	escape = memchr(start, ESCAPE_KEY, n);
	if (escape) {
		n = escape - start;
		console->input_fd = -1;
		console->finished = true;
	}
	console->n_pending += n;
}

static bool at_end(const struct console *console)
{
	return console->destroyed || (console->finished && console->n_pending == 0) ||
	       signals_arrived() || ferror(stdout);
}

/* Forwards output, and input if there is any, until one of them ends. */
static enum outcome follow(struct console *console)
{
	for (;;) {
		bool full = console->n_pending == sizeof(console->pending);
		enum outcome outcome = device_forget_events();
		unsigned int events;

		if (outcome == OUTCOME_OK)
			outcome = read_output(console);
		if (outcome == OUTCOME_OK && !console->destroyed)
			outcome = write_input(console);
		if (outcome != OUTCOME_OK || at_end(console))
			return signals_arrived() ? OUTCOME_OK : outcome;
		events = device_wait(full ? -1 : console->input_fd, LOOK_AGAIN_MS);
		if (events & DEVICE_ERROR)
			return OUTCOME_NO_DEVICE;
		if (events & DEVICE_INPUT)
			read_keys(console);
	}
}

static enum outcome attach(struct console *console)
{
	enum outcome outcome;
	bool raw;

	console->input_fd = STDIN_FILENO;
	if (isatty(STDIN_FILENO))
		fprintf(stderr, "Console of cell \"%s\"; Ctrl-] leaves it.\n", console->name);
	raw = terminal_raw(STDIN_FILENO);
	outcome = follow(console);
	terminal_restore();
	if (raw) {
		fputc('\n', stderr);
	} else if (outcome == OUTCOME_OK && !console->destroyed && !signals_arrived()) {
		signals_sleep(DRAIN_MS);
		outcome = read_output(console);
	}
	return outcome;
}

static enum outcome console_command(const struct invocation *invocation)
{
	struct console console = { .input_fd = -1 };
	struct bh_cell_status status;
	enum outcome outcome = cell_find(invocation->operands[0], &status);

	if (outcome != OUTCOME_OK)
		return outcome;
	if (status.console_phys == 0) {
		say("cell \"%s\" has no console in its config", status.name);
		return OUTCOME_REFUSED;
	}
	console.id = status.id;
	console.name = status.name;
	console.raw = option(invocation, "--raw");
	if (!option(invocation, "-f") && !option(invocation, "--attach"))
		return read_output(&console);
	signals_catch();
	if (option(invocation, "--attach"))
		return attach(&console);
	return follow(&console);
}

const struct command command_cell_console = {
	.name = "cell console",
	.operands = "CELL",
	.summary = "show what a cell printed, or attach to its console",
	.help = "Without an option, prints what the console's ring buffer still holds.",
	.min_operands = 1,
	.max_operands = 1,
	.options = { { "-f", NULL, "keep printing until Ctrl-C or the cell's end" },
		     { "--attach", NULL, "the same, and pass input to the cell; Ctrl-] leaves" },
		     { "--raw", NULL,
		       "print control bytes, too: the cell controls the terminal" } },
	.run = console_command,
};
