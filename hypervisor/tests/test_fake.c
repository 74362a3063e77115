// SPDX-License-Identifier: GPL-2.0
/* Tests of the fake machine: the life of a cell runs on it, and injected faults take effect. */
#include "test.h"
#include <arch/fake.h>
#include <hyp/hypercall.h>

#define RING_BASE 0x09000000

static void cpu_off(void *unused)
{
	(void)unused;
	arch_cpu_off(this_cpu());
}

/* Switches a CPU off, as Linux does before a cell that gets it is created. */
static void take_cpu(unsigned index)
{
	CHECK(!fake_on_cpu(index, cpu_off, NULL));
	CHECK_EQ(percpu_of(index)->public.state, CPU_OFF);
}

static void guest_hello(struct percpu *cpu)
{
	uint64_t value;

	(void)cpu;
	CHECK(fake_guest_write(FAKE_RAM + 8, 8, 0x1234));
	CHECK(fake_guest_read(FAKE_RAM + 8, 8, &value));
	CHECK_EQ(value, 0x1234);
	CHECK(fake_guest_write(RING_BASE, 1, 'x'));
	CHECK_EQ(fake_guest_hypercall(BH_HC_VERSION, 0, 0), BH_ABI_VERSION);
}

static void guest_stray(struct percpu *cpu)
{
	(void)cpu;
	fake_guest_write(FAKE_CELL_RAM(0), 8, 1);
	fake_fail("a stray access went through");
}

static uint32_t start_cell(fake_guest guest)
{
	int64_t id;

	fake_boot();
	take_cpu(3);
	id = fake_create(fake_cell_part(0));
	CHECK_EQ(id, 1);
	fake_set_guest(3, guest);
	CHECK_EQ(fake_start((uint32_t)id, ""), 0);
	return (uint32_t)id;
}

TEST(a_whole_life)
{
	uint32_t id = start_cell(guest_hello);
	struct cell *cell = cells[id];

	fake_run(5);
	CHECK_EQ(cell_state(cell), BH_STATE_RUNNING);
	CHECK_EQ(cell->console.ring->out_head, 1);
	CHECK_EQ(*(uint64_t *)fake_ram(FAKE_CELL_RAM(0) + 8), 0x1234);
	CHECK_EQ(fake_hypercall(0, BH_HC_CELL_SHUTDOWN, id, 1), 0);
	CHECK_EQ(fake_destroy(id), 0);
	CHECK(cells[id] == NULL);
	CHECK_EQ(*(uint64_t *)fake_ram(FAKE_CELL_RAM(0) + 8), 0);
	CHECK_EQ(percpu_of(3)->public.cell->id, BH_ROOT_CELL);
}

TEST(a_stray_access_stops_the_cell)
{
	struct cell *cell = cells[start_cell(guest_stray)];

	fake_run(5);
	CHECK_EQ(cell_state(cell), BH_STATE_FAILED);
	CHECK_EQ(cell->failure.reason, BH_STOP_ACCESS);
	CHECK_EQ(cell->failure.fault_ipa, FAKE_CELL_RAM(0));
	CHECK_EQ(percpu_of(3)->public.state, CPU_OFF);
}

static void split_under_root(void *unused)
{
	struct page_reserve reserve = { 0 };
	struct page_table *pt;
	bool grown;

	(void)unused;
	fake_boot();
	pt = &root_cell()->s2;
	grown = reserve_grow(&reserve, pt_pages_to_unmap(pt, FAKE_RAM, PAGE_SIZE));
	CHECK(grown);
	pt_unmap(pt, &reserve, FAKE_RAM, PAGE_SIZE);
}

TEST(root_must_be_held_for_a_split)
{
	CHECK_FAILS(split_under_root, NULL, "while other CPUs use it");
}

static void read_uncleaned(void *unused)
{
	(void)unused;
	fake_memory_init();
	*(uint32_t *)fake_ram(FAKE_RAM) = 5;
	fake_check_clean(fake_ram(FAKE_RAM), 4);
}

TEST(missing_cleans_are_noticed)
{
	CHECK_FAILS(read_uncleaned, NULL, "not cleaned");
}

static void busy(void *done)
{
	for (unsigned i = 0; i < 10; i++)
		arch_relax();
	*(bool *)done = true;
}

TEST(cpus_take_turns)
{
	bool done = false;

	fake_boot();
	CHECK(fake_on_cpu(2, busy, &done));
	CHECK(done);
	for (unsigned i = 0; i < FAKE_CPUS; i++)
		CHECK(fake_in_guest(i));
}
