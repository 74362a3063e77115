// SPDX-License-Identifier: GPL-2.0
#include <bulkhead/hypercall.h>
#include <inttypes.h>
#include <stdlib.h>

#include "base/text.h"
#include "words/arch.h"
#include "words/messages.h"
#include "words/names.h"
#include "words/refusal.h"
#include "words/tables.h"

static const struct {
	const char *key;
	const char *words; /* template; write_word() has its {words} */
} messages[] = {
	[BH_MSG_NONE] = { "none", "an empty message" },
	[BH_MSG_ENABLED] = { "enabled", "enabled, {v0} CPUs, {v1} pages in the pool" },
	[BH_MSG_CELL_CREATED] = { "created", "created" },
	[BH_MSG_CELL_STARTED] = { "started", "started" },
	[BH_MSG_CELL_STOPPED] = { "stopped", "{stopped}" },
	[BH_MSG_CELL_DESTROYED] = { "destroyed", "destroyed" },
	[BH_MSG_CELL_LOADED] = { "loaded", "opened for loading" },
	[BH_MSG_REFUSED] = { "refused", "request refused: {refusal}" },
	[BH_MSG_CPU_LOST] = { "cpu-lost", "CPU did not respond" },
	[BH_MSG_VIOLATION] = { "violation", "received an abort for {syndrome}, at {x1}" },
	[BH_MSG_PROTECTED] = { "protected", "firmware call {x0} (reset or off) refused: cells run, "
					    "Linux is parked" },
	[BH_MSG_LOCKED] = { "locked", "locked until the machine is reset" },
	[BH_MSG_SUPPRESSED] = { "suppressed", "{v0} messages were suppressed: too many at once" },
	[BH_MSG_HYPERVISOR_FAULT] = { "el2-fault",
				      "fault in the hypervisor: {syndrome}, pc {x1}, address "
				      "{x2}" },
	[BH_MSG_SHUTDOWN_REQUESTED] = { "shutdown-requested", "was asked to shut down" },
};
_Static_assert(COUNT(messages) == BH_MSG_SHUTDOWN_REQUESTED + 1, "each message has words");

/* The refusal that BH_MSG_REFUSED packs into three values. */
static void write_refusal(FILE *out, const struct bh_message *message)
{
	const struct bh_refusal refusal = {
		.code = (uint16_t)message->v[0],
		.field = (uint16_t)(message->v[1] >> 32),
		.index = (uint32_t)message->v[1],
		.owner = BH_OWNER_NONE,
		.value = message->v[2],
	};

	refusal_write(out, &refusal, "", NULL);
}

static void write_stopped(FILE *out, const struct bh_message *message)
{
	fputs(stop_reason_words(message->v[0]), out);
	switch (message->v[0]) {
	case BH_STOP_ACCESS:
	case BH_STOP_FETCH:
	case BH_STOP_MMIO:
		fprintf(out, ", pc 0x%" PRIx64 ", address 0x%" PRIx64, message->v[1],
			message->v[2]);
		break;
	case BH_STOP_TRAP:
	case BH_STOP_HYPERVISOR_FAULT:
	case BH_STOP_SERROR:
		fprintf(out, ", pc 0x%" PRIx64, message->v[1]);
		break;
	}
}

/* Writes a {word} of a template. {v0} to {v2}: a value in decimal; {x0} to {x2}: in hexadecimal. */
static bool write_word(FILE *out, const char *key, size_t length, const void *context)
{
	const struct bh_message *message = context;

	if (key_is(key, length, "refusal"))
		write_refusal(out, message);
	else if (key_is(key, length, "stopped"))
		write_stopped(out, message);
	else if (key_is(key, length, "syndrome"))
		arch_words()->write_message(out, message);
	else if (length == 2 && key[1] >= '0' && key[1] <= '2')
		fprintf(out, key[0] == 'v' ? "%" PRIu64 : "0x%" PRIx64, message->v[key[1] - '0']);
	else
		return false;
	return true;
}

static bool is_known(uint16_t code)
{
	return code < COUNT(messages) && messages[code].key;
}

static void write_words(FILE *out, const struct bh_message *message)
{
	if (is_known(message->code))
		write_template(out, messages[message->code].words, write_word, message);
	else
		fprintf(out,
			"message %u, which this hvctl doesn't know (0x%" PRIx64 ", 0x%" PRIx64
			", 0x%" PRIx64 ")",
			message->code, message->v[0], message->v[1], message->v[2]);
}

static void write_cell(FILE *out, const struct bh_message *message,
		       const struct message_context *context)
{
	char name[BH_NAME_SIZE];

	if (message->cell == BH_ROOT_CELL)
		fputs("root", out);
	else if (context->cell_name && context->cell_name(message->cell, name))
		fputs(name, out);
	else
		fprintf(out, "cell %u", message->cell);
}

void message_write(FILE *out, const struct bh_message *message,
		   const struct message_context *context)
{
	uint64_t hz = context->clock_hz;

	if (hz)
		fprintf(out, "%5" PRIu64 ".%06" PRIu64 " ", message->time / hz,
			message->time % hz * 1000000 / hz);
	else
		fprintf(out, "%" PRIu64 " ticks ", message->time);
	fprintf(out, "CPU %" PRIu32 " ", message->cpu);
	write_cell(out, message, context);
	fputs(": ", out);
	write_words(out, message);
	fputc('\n', out);
}

void message_json(struct json *json, const struct bh_message *message,
		  const struct message_context *context)
{
	char name[BH_NAME_SIZE];
	char *words = WRITTEN(out, write_words(out, message));
	unsigned int i;

	json_object(json, NULL);
	json_number(json, "ticks", message->time);
	json_string(json, "code",
		    is_known(message->code) ? messages[message->code].key : "unknown");
	json_number(json, "cpu", message->cpu);
	json_number(json, "cell", message->cell);
	if (context->cell_name && context->cell_name(message->cell, name))
		json_string(json, "cell_name", name);
	json_array(json, "values");
	for (i = 0; i < 3; i++)
		json_hex(json, NULL, message->v[i]);
	json_end_array(json);
	json_string(json, "text", words ? words : "");
	json_end_object(json);
	free(words);
}
