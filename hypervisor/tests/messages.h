/* SPDX-License-Identifier: GPL-2.0 */
/* For tests that read the message ring. */
#ifndef MESSAGES_H
#define MESSAGES_H

#include <hyp/log.h>

/* The newest is at message_log->head - 1. */
static inline const struct bh_message *message_at(uint32_t position)
{
	return &message_log->records[position % BH_LOG_RECORDS];
}

#endif
