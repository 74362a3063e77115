/* SPDX-License-Identifier: GPL-2.0 */
/* Describes the messages of the hypervisor's log. */
#ifndef HVCTL_WORDS_MESSAGES_H
#define HVCTL_WORDS_MESSAGES_H

#include <bulkhead/ring.h>
#include <stdio.h>

#include "base/json.h"

/* What is needed to interpret the numbers of messages. */
struct message_context {
	uint64_t clock_hz; /* rate of bh_message.time; 0: unknown */
	/* Copies a cell's name. If the function is NULL or returns false, the name is unknown. */
	bool (*cell_name)(uint32_t id, char name[BH_NAME_SIZE]);
};

/* Writes a message as a line: time, CPU, cell, text. */
void message_write(FILE *out, const struct bh_message *message,
		   const struct message_context *context);

/* Writes a message as a JSON object. */
void message_json(struct json *json, const struct bh_message *message,
		  const struct message_context *context);

#endif
