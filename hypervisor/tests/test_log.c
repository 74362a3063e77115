// SPDX-License-Identifier: GPL-2.0
/* The message ring and its rate limit. */
#include "messages.h"
#include "test.h"
#include <arch/fake.h>
#include <pthread.h>

static const struct bh_message *newest(void)
{
	return message_at(message_log->head - 1);
}

TEST(before_there_is_a_ring)
{
	log_message(BH_MSG_LOCKED, 0, 1, 2, 3);
	log_guest_message(BH_MSG_VIOLATION, 1, 1, 2, 3);
}

TEST(message_fields)
{
	uint64_t before;

	fake_boot();
	before = fake.ticks;
	log_message(BH_MSG_REFUSED, 3, 11, 22, 33);
	CHECK_EQ(newest()->code, BH_MSG_REFUSED);
	CHECK_EQ(newest()->cell, 3);
	CHECK_EQ(newest()->cpu, 0);
	CHECK(newest()->time >= before && newest()->time <= fake.ticks);
	CHECK(newest()->v[0] == 11 && newest()->v[1] == 22 && newest()->v[2] == 33);
}

TEST(ring_wraps)
{
	uint32_t head;

	fake_boot();
	message_log->head = UINT32_MAX - 10; /* the position wraps */
	for (unsigned i = 0; i < 3 * BH_LOG_RECORDS; i++) {
		head = message_log->head;
		log_message(BH_MSG_LOCKED, 0, i, 0, 0);
		CHECK_EQ(message_log->head, head + 1);
		CHECK_EQ(newest()->v[0], i);
	}
	for (unsigned i = 0; i < BH_LOG_RECORDS; i++)
		CHECK_EQ(message_at(message_log->head - 1 - i)->v[0], 3 * BH_LOG_RECORDS - 1 - i);
}

TEST(guests_are_limited)
{
	uint32_t head;

	fake_boot();
	fake.ticks = 50 * 1000 * FAKE_TICKS_PER_MS;
	head = message_log->head;
	for (unsigned i = 0; i < 1000; i++)
		log_guest_message(BH_MSG_VIOLATION, 1, i, 0, 0);
	CHECK_EQ(message_log->head, head + LOG_GUEST_BURST);
	CHECK_EQ(newest()->v[0], LOG_GUEST_BURST - 1);
	/* The limit affects neither other cells nor messages of the hypervisor. */
	log_guest_message(BH_MSG_VIOLATION, 2, 5, 0, 0);
	CHECK_EQ(newest()->cell, 2);
	log_message(BH_MSG_CELL_STOPPED, 1, 0, 0, 0);
	CHECK_EQ(newest()->code, BH_MSG_CELL_STOPPED);
	/* In the next second the number of dropped messages is reported once. */
	fake.ticks += 1000 * FAKE_TICKS_PER_MS;
	head = message_log->head;
	log_guest_message(BH_MSG_VIOLATION, 1, 7, 0, 0);
	CHECK_EQ(message_log->head, head + 2);
	CHECK_EQ(newest()->v[0], 7);
	CHECK_EQ(message_at(head)->code, BH_MSG_SUPPRESSED);
	CHECK_EQ(message_at(head)->cell, 1);
	CHECK_EQ(message_at(head)->v[0], 1000 - LOG_GUEST_BURST);
	log_guest_message(BH_MSG_VIOLATION, 1, 8, 0, 0);
	CHECK_EQ(message_log->head, head + 3);
}

/* The limit holds for every second, and each dropped message is counted. */
TEST(limit_holds_for_long)
{
	uint64_t written = 0, suppressed = 0, sent = 0;
	uint32_t seen;

	fake_boot();
	fake.ticks = 90 * 1000 * FAKE_TICKS_PER_MS;
	seen = message_log->head;
	for (unsigned second = 0; second < 60; second++) {
		for (unsigned i = 0; i < fake_random() % 40; i++, sent++)
			log_guest_message(BH_MSG_VIOLATION, 1, 0, 0, 0);
		CHECK(message_log->head - seen <= LOG_GUEST_BURST + 1);
		for (; seen != message_log->head; seen++) {
			const struct bh_message *m = message_at(seen);

			if (m->code == BH_MSG_SUPPRESSED)
				suppressed += m->v[0];
			else
				written++;
		}
		fake.ticks += 1000 * FAKE_TICKS_PER_MS;
	}
	fake.ticks += 1000 * FAKE_TICKS_PER_MS;
	log_guest_message(BH_MSG_VIOLATION, 1, 0, 0, 0);
	if (message_log->head - seen == 2)
		suppressed += message_at(seen)->v[0];
	CHECK_EQ(written + suppressed, sent);
}

#define THREADS 4u
#define EACH 50000u

static pthread_barrier_t all_ready;

static void *writer(void *number)
{
	uint64_t n = (uint64_t)(uintptr_t)number;

	pthread_barrier_wait(&all_ready);
	for (unsigned i = 0; i < EACH; i++)
		log_message(BH_MSG_LOCKED, (uint32_t)n, n, ~n, n);
	return NULL;
}

/* Host threads act as CPUs: no position is claimed twice. */
TEST(writers_at_the_same_time)
{
	pthread_t threads[THREADS];
	uint32_t head;

	fake_boot();
	CHECK_EQ(pthread_barrier_init(&all_ready, NULL, THREADS), 0);
	head = message_log->head;
	for (uintptr_t n = 0; n < THREADS; n++)
		CHECK_EQ(pthread_create(&threads[n], NULL, writer, (void *)n), 0);
	for (unsigned n = 0; n < THREADS; n++)
		pthread_join(threads[n], NULL);
	CHECK_EQ(message_log->head, head + THREADS * EACH);
	for (unsigned i = 0; i < BH_LOG_RECORDS; i++) {
		const struct bh_message *m = &message_log->records[i];

		CHECK_EQ(m->code, BH_MSG_LOCKED);
	}
}
