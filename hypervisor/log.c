// SPDX-License-Identifier: GPL-2.0
/* The message ring, and the rate limit for messages that guests cause. */
#include <hyp/arch.h>
#include <hyp/log.h>

struct bh_log *message_log;

/* Counts the messages of a cell in the current second. Its fields are atomic, because all CPUs of
 * the cell write them. */
static struct guest_limit {
	uint64_t second;
	uint32_t written;
	uint32_t dropped;
} limits[BH_MAX_CELLS];

void log_message(enum bh_message_code code, uint32_t cell, uint64_t v0, uint64_t v1, uint64_t v2)
{
	struct bh_message *m;
	uint32_t position;

	if (!message_log)
		return;
	position = __atomic_fetch_add(&message_log->head, 1, __ATOMIC_RELAXED);
	m = &message_log->records[position % BH_LOG_RECORDS];
	/* The code is 0 while the record is written, and set last. */
	__atomic_store_n(&m->code, BH_MSG_NONE, __ATOMIC_RELAXED);
	__atomic_thread_fence(__ATOMIC_RELEASE);
	m->time = arch_ticks();
	m->cell = (uint16_t)cell;
	m->cpu = this_cpu()->public.index;
	m->v[0] = v0;
	m->v[1] = v1;
	m->v[2] = v2;
	__atomic_store_n(&m->code, (uint16_t)code, __ATOMIC_RELEASE);
}

static bool may_write(struct guest_limit *limit)
{
	uint64_t now = arch_ticks() / (1000 * arch_ticks_per_ms());
	uint64_t then = __atomic_load_n(&limit->second, __ATOMIC_RELAXED);

	if (now != then && __atomic_compare_exchange_n(&limit->second, &then, now, false,
						       __ATOMIC_RELAXED, __ATOMIC_RELAXED))
		__atomic_store_n(&limit->written, 0, __ATOMIC_RELAXED);
	return __atomic_fetch_add(&limit->written, 1, __ATOMIC_RELAXED) < LOG_GUEST_BURST;
}

void log_guest_message(enum bh_message_code code, uint32_t cell, uint64_t v0, uint64_t v1,
		       uint64_t v2)
{
	struct guest_limit *limit = &limits[cell % BH_MAX_CELLS];
	uint32_t dropped;

	if (!may_write(limit)) {
		__atomic_fetch_add(&limit->dropped, 1, __ATOMIC_RELAXED);
		return;
	}
	dropped = __atomic_exchange_n(&limit->dropped, 0, __ATOMIC_RELAXED);
	if (dropped)
		log_message(BH_MSG_SUPPRESSED, cell, dropped, 0, 0);
	log_message(code, cell, v0, v1, v2);
}
