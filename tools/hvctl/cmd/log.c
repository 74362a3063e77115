// SPDX-License-Identifier: GPL-2.0
/* hvctl log: the hypervisor's messages. */
#include <string.h>

#include "base/json.h"
#include "base/signals.h"
#include "cmd/command.h"
#include "device/cell_status.h"
#include "request/device_call.h"
#include "words/messages.h"

/* Interval of reading without an event: records of other CPUs may arrive late. */
#define LOOK_AGAIN_MS 1000

struct reader {
	struct message_context context;
	struct json *json; /* NULL: text */
	uint32_t position;
	uint32_t lost; /* number of lost messages that was reported last */
};

static void say_lost(struct reader *reader, uint32_t lost)
{
	if (lost > reader->lost)
		say("%u older messages were overwritten", lost - reader->lost);
	reader->lost = lost;
}

/*
 * Does the id now belong to a cell that was created after this message? Then its name is not that
 * of the message's cell.
 */
static bool is_reused(const struct bh_message *message, const struct bh_message *end)
{
	const struct bh_message *later;

	for (later = message + 1; later < end; later++)
		if (later->code == BH_MSG_CELL_CREATED && later->cell == message->cell)
			return true;
	return false;
}

/* Prints the messages since the last call. */
static enum outcome read_messages(struct reader *reader)
{
	struct bh_message messages[BH_LOG_RECORDS];
	struct bh_ioc_log ioc;
	enum outcome outcome;
	unsigned int i;

	do {
		memset(&ioc, 0, sizeof(ioc));
		ioc.position = reader->position;
		ioc.count = BH_LOG_RECORDS;
		ioc.messages = (uintptr_t)messages;
		outcome = device_call(BH_IOC_LOG, &ioc, NULL);
		if (outcome != OUTCOME_OK)
			return outcome;
		reader->position = ioc.position;
		if (ioc.count > BH_LOG_RECORDS)
			ioc.count = BH_LOG_RECORDS;
		say_lost(reader, ioc.lost);
		for (i = 0; i < ioc.count; i++) {
			reader->context.cell_name =
				is_reused(&messages[i], messages + ioc.count) ? NULL : cell_name;
			if (reader->json)
				message_json(reader->json, &messages[i], &reader->context);
			else
				message_write(stdout, &messages[i], &reader->context);
		}
	} while (ioc.count > 0);
	fflush(stdout);
	return OUTCOME_OK;
}

static enum outcome follow(struct reader *reader)
{
	enum outcome outcome;

	signals_catch();
	for (;;) {
		outcome = device_forget_events();
		if (outcome == OUTCOME_OK)
			outcome = read_messages(reader);
		if (outcome != OUTCOME_OK || signals_arrived() || ferror(stdout))
			return signals_arrived() ? OUTCOME_OK : outcome;
		if (device_wait(-1, LOOK_AGAIN_MS) & DEVICE_ERROR)
			return OUTCOME_NO_DEVICE;
	}
}

static enum outcome log_command(const struct invocation *invocation)
{
	struct json json = { .out = stdout };
	struct reader reader = { 0 };
	struct bh_ioc_info info = { 0 };
	enum outcome outcome = device_call(BH_IOC_INFO, &info, NULL);

	if (outcome != OUTCOME_OK)
		return outcome;
	reader.context.clock_hz = info.clock_hz;
	if (option(invocation, "--json"))
		reader.json = &json;
	if (option(invocation, "-f")) {
		json.lines = true;
		return follow(&reader);
	}
	if (!reader.json)
		return read_messages(&reader);
	json_array(&json, NULL);
	outcome = read_messages(&reader);
	json_end_array(&json);
	return outcome;
}

const struct command command_log = {
	.name = "log",
	.operands = "",
	.summary = "show the hypervisor's messages",
	.help = "Times are seconds since the machine's counter started. A cell that no longer "
		"exists is shown by its number.",
	.options = { { "-f", NULL, "keep printing until Ctrl-C" },
		     { "--json", NULL, "print a JSON array; with -f, one object a line" } },
	.run = log_command,
};
