/* SPDX-License-Identifier: GPL-2.0 */
/* The hypervisor's log in words. */
#ifndef HVCTL_WORDS_MESSAGES_H
#define HVCTL_WORDS_MESSAGES_H

#include <bulkhead/ring.h>
#include <stdio.h>

#include "base/json.h"

/* What the numbers of messages refer to. */
struct message_context {
	uint64_t clock_hz; /* of bh_message.time; 0: unknown */
	/* Name of a cell for the message; NULL or false: unknown. */
	bool (*cell_name)(uint32_t id, char name[BH_NAME_SIZE]);
};

/* One line: time, CPU, cell, words. */
void message_write(FILE *out, const struct bh_message *message,
		   const struct message_context *context);

/* One object. */
void message_json(struct json *json, const struct bh_message *message,
		  const struct message_context *context);

#endif
