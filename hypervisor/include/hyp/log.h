/* SPDX-License-Identifier: GPL-2.0 */
/* Messages: codes and values in a ring that root reads. */
#ifndef HYP_LOG_H
#define HYP_LOG_H

#include <bulkhead/ring.h>
#include <hyp/types.h>

extern struct bh_log *message_log;

/* Write a message. Any CPU: slots are claimed atomically, without waiting. */
void log_message(enum bh_message_code code, uint32_t cell, uint64_t v0, uint64_t v1, uint64_t v2);

/* Write a message that a guest can cause: at most LOG_GUEST_BURST per second and cell. Further ones
 * are dropped and counted; the count is logged before the next message that isn't dropped. */
#define LOG_GUEST_BURST 8u
void log_guest_message(enum bh_message_code code, uint32_t cell, uint64_t v0, uint64_t v1,
		       uint64_t v2);

#endif
