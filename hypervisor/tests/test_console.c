// SPDX-License-Identifier: GPL-2.0
/* Console rings, with a well-behaved and with a misbehaving root. */
#include "test.h"
#include <arch/fake.h>
#include <hyp/console.h>
#include <string.h>

static struct bh_console ring;
static struct cell cell = { .console.ring = &ring };

/* Reads a byte from the out ring, as root does; -1: it is empty. */
static int root_read(void)
{
	if (ring.out_tail == ring.out_head)
		return -1;
	return ring.out[ring.out_tail++ % BH_CONSOLE_OUT];
}

static void root_write(uint8_t byte)
{
	ring.in[ring.in_head % BH_CONSOLE_IN] = byte;
	ring.in_head++;
}

TEST(output_in_order)
{
	fake_cpu_alone();
	ring.out_head = ring.out_tail = UINT32_MAX - 7; /* positions wrap */
	for (unsigned i = 0; i < 10000; i++) {
		console_put(&cell, (uint8_t)i);
		CHECK_EQ(root_read(), (uint8_t)i);
	}
	CHECK_EQ(root_read(), -1);
	CHECK_EQ(ring.out_dropped, 0);
}

TEST(full_ring_drops_and_counts)
{
	fake_cpu_alone();
	for (unsigned i = 0; i < BH_CONSOLE_OUT + 10; i++)
		console_put(&cell, (uint8_t)(i / 16));
	CHECK_EQ(ring.out_dropped, 10);
	for (unsigned i = 0; i < BH_CONSOLE_OUT; i++)
		CHECK_EQ(root_read(), (uint8_t)(i / 16));
	CHECK_EQ(root_read(), -1);
	console_put(&cell, 'x');
	CHECK_EQ(root_read(), 'x');
}

/* The doorbell is raised when root had read everything, not for each byte. */
TEST(doorbell_when_root_may_wait)
{
	fake_cpu_alone();
	console_put(&cell, 'a');
	CHECK_EQ(fake.doorbells, 1);
	console_put(&cell, 'b');
	CHECK_EQ(fake.doorbells, 1);
	root_read();
	console_put(&cell, 'c'); /* root has not read all bytes */
	CHECK_EQ(fake.doorbells, 1);
	root_read();
	root_read();
	console_put(&cell, 'd');
	CHECK_EQ(fake.doorbells, 2);
}

TEST(input_in_order)
{
	ring.in_head = ring.in_tail = UINT32_MAX - 3;
	CHECK_EQ(console_get(&cell), -1);
	for (unsigned i = 0; i < 5000; i++) {
		root_write((uint8_t)i);
		CHECK_EQ(console_waiting(&cell), 1);
		CHECK_EQ(console_get(&cell), (uint8_t)i);
	}
	for (unsigned i = 0; i < BH_CONSOLE_IN; i++)
		root_write((uint8_t)i);
	CHECK_EQ(console_waiting(&cell), BH_CONSOLE_IN);
	for (unsigned i = 0; i < BH_CONSOLE_IN; i++)
		CHECK_EQ(console_get(&cell), (uint8_t)i);
	CHECK_EQ(console_get(&cell), -1);
}

/* Whatever root writes to the ring, no access is outside of it (checked by the sanitizer). */
TEST(hostile_root)
{
	fake_cpu_alone();
	for (unsigned i = 0; i < 20000; i++) {
		volatile uint32_t *fields[] = { &ring.out_head, &ring.out_tail, &ring.out_dropped,
						&ring.in_head, &ring.in_tail };

		*fields[fake_random() % ARRAY_SIZE(fields)] = (uint32_t)fake_random();
		console_put(&cell, (uint8_t)i);
		CHECK(console_waiting(&cell) <= BH_CONSOLE_IN);
		CHECK(console_get(&cell) < 256);
	}
	ring.in_tail = 0;
	ring.in_head = BH_CONSOLE_IN + 1;
	CHECK_EQ(console_waiting(&cell), 0);
	CHECK_EQ(console_get(&cell), -1);
	ring.out_head = 0;
	ring.out_tail = 5; /* ahead of the head */
	ring.out_dropped = 0;
	console_put(&cell, 'x');
	CHECK_EQ(ring.out_dropped, 1);
}
