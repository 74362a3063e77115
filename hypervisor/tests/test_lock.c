// SPDX-License-Identifier: GPL-2.0
/* Spin locks are fair. */
#include "life.h"
#include <hyp/lock.h>

static uint32_t lock;
static unsigned turns;

/* A cell's CPU asks for the lock again and again. Others run only while it holds the lock. */
static void greedy(struct percpu *cpu)
{
	(void)cpu;
	for (;;) {
		cpu_lock(&lock);
		turns++;
		fake_yield();
		cpu_drop_lock();
	}
}

static void ask(void *asked)
{
	unsigned before = turns;

	cpu_lock(&lock);
	cpu_drop_lock();
	*(unsigned *)asked = turns - before;
}

TEST(a_cell_makes_nobody_wait_for_more_than_one_turn)
{
	unsigned waited = ~0u;

	lock = 0xfffefffe; /* the tickets wrap */
	fake_boot();
	take_from_root(8);
	fake_set_guest(3, greedy);
	CHECK_EQ(start(create(fake_cell_part(0)), ""), 0);
	fake_run(3);
	for (unsigned i = 0; i < 10; i++) {
		CHECK(fake_on_cpu(1, ask, &waited));
		CHECK(waited <= 1);
	}
	CHECK(turns > 10);
}
