// SPDX-License-Identifier: GPL-2.0
/* CPUs of cells: several CPUs, stops, lost CPUs, CPUs that arrive late. */
#include "guests.h"
#include <pthread.h>

TEST(cell_stops_its_other_cpus)
{
	uint32_t id = start_two(start_second, stray, two_cpus());

	CHECK_EQ(percpu_of(3)->public.argument, 7);
	CHECK_EQ(status_of(id).state, BH_STATE_FAILED);
	CHECK_EQ(status_of(id).failure.cpu, 3);
	CHECK_EQ(status_of(id).cpus_on, 0);
	CHECK_EQ(fake_destroy(id), 0);
	check_books();
}

TEST(cell_force_stops_all_cpus)
{
	uint32_t id = start_two(start_second, work, two_cpus());

	CHECK_EQ(status_of(id).cpus_on, 0xc);
	CHECK_EQ(root_call(BH_HC_CELL_SHUTDOWN, id, 1), 0);
	CHECK_EQ(status_of(id).cpus_on, 0);
	CHECK_EQ(start(id, ""), 0);
	fake_run(20);
	CHECK_EQ(status_of(id).cpus_on, 0xc);
}

/* The stop is requested while the second CPU is STARTING. */
static void start_second_late(struct percpu *cpu)
{
	while (cpu->public.cell->state == BH_STATE_RUNNING)
		arch_relax(); /* in the hypervisor, where it takes no kicks */
	CHECK(!cpu_start(percpu_of(3), FAKE_RAM, 7));
	CHECK_EQ(percpu_of(3)->public.state, CPU_OFF);
	fake_yield();
}

TEST(cell_stop_and_cpu_on_race)
{
	uint32_t id = start_two(start_second_late, work, two_cpus());

	CHECK_EQ(root_call(BH_HC_CELL_SHUTDOWN, id, 1), 0);
	CHECK_EQ(status_of(id).cpus_on, 0);
	CHECK_EQ(fake.starts[3], 1); /* at enable */
	CHECK_EQ(fake_destroy(id), 0);
}

static bool looked_enough;

/* A CPU parked in the hypervisor may wake at any time; it then checks whether it is STARTING. */
static void *look_for_start(void *seen)
{
	while (!__atomic_load_n(&looked_enough, __ATOMIC_RELAXED))
		if (percpu_of(3)->public.state == CPU_STARTING)
			*(bool *)seen = true;
	return NULL;
}

TEST(cpu_that_may_not_start_is_not_told_to)
{
	uint32_t id = start_two(idle, idle, two_cpus());
	bool seen = false;
	pthread_t thread;

	cells[id]->resetting =
		1; /* another CPU of the cell executes a reset and waits for the others */
	looked_enough = false;
	CHECK_EQ(pthread_create(&thread, NULL, look_for_start, &seen), 0);
	for (unsigned i = 0; i < 1000000; i++)
		CHECK(!cpu_start(percpu_of(3), FAKE_RAM, i));
	__atomic_store_n(&looked_enough, true, __ATOMIC_RELAXED);
	pthread_join(thread, NULL);
	CHECK(!seen);
	CHECK_EQ(percpu_of(3)->public.state, CPU_OFF);
}

/* The boot CPU starts the second one and switches itself off. */
static void hand_over(struct percpu *cpu)
{
	CHECK(cpu_start(percpu_of(3), FAKE_RAM, 7));
	arch_cpu_off(cpu);
}

/* A CPU start that had passed all checks before the stop, on the CPU that is waited for last. */
static void start_first_late(struct percpu *cpu)
{
	while (cpu->public.cell->state == BH_STATE_RUNNING)
		arch_relax();
	percpu_of(2)->public.state = CPU_STARTING;
	CHECK(arch_cpu_start(percpu_of(2)));
	cpu_take_commands(cpu);
	test_fail(__FILE__, __LINE__, "went on");
}

/* In the hypervisor on CPU 0: checks the state when the call returns. */
static void stop_and_look(void *id)
{
	CHECK_EQ(hypercall(this_cpu(), BH_HC_CELL_SHUTDOWN, *(uint32_t *)id, 1), 0);
	CHECK_EQ(percpu_of(2)->public.state, CPU_OFF);
}

TEST(cell_stop_sees_a_cpu_that_starts_behind_it)
{
	uint32_t id = start_two(hand_over, start_first_late, two_cpus());

	CHECK(fake_on_cpu(0, stop_and_look, &id));
	CHECK_EQ(fake.starts[2], 3);
	CHECK_EQ(fake_destroy(id), 0);
}

TEST(cell_deaf_to_kicks_is_cut_off)
{
	uint32_t id;

	boot_for_cells();
	id = create(fake_cell_part(0));
	fake_set_guest(3, work);
	CHECK_EQ(start(id, ""), 0);
	fake.deaf = 8;
	CHECK_EQ(root_call(BH_HC_CELL_SHUTDOWN, id, 1), 0);
	CHECK_EQ(status_of(id).state, BH_STATE_SHUT_DOWN);
	CHECK(!fake_is_cut_off(&cells[id]->s2));
	check_books();
	/* The cell's memory is mapped again. */
	CHECK_EQ(start(id, ""), 0);
	fake_run(10);
	CHECK_EQ(status_of(id).state, BH_STATE_RUNNING);
	fake.deaf = 0;
	CHECK_EQ(root_call(BH_HC_CELL_SHUTDOWN, id, 1), 0);
	CHECK_EQ(fake_destroy(id), 0);
}

TEST(cell_with_a_lost_cpu_is_kept)
{
	uint64_t ticks;
	uint32_t id;

	boot_for_cells();
	id = create(fake_cell_part(0));
	fake_set_guest(3, idle);
	CHECK_EQ(start(id, ""), 0);
	fake.dead = 8;
	ticks = fake.ticks;
	CHECK_REFUSED(root_call(BH_HC_CELL_SHUTDOWN, id, 1), BH_E_CPU_LOST, BH_F_CPUS, 3);
	CHECK(fake.ticks - ticks < 2500 * FAKE_TICKS_PER_MS);
	CHECK_EQ(status_of(id).state, BH_STATE_FAILED);
	CHECK_EQ(status_of(id).failure.reason, BH_STOP_CPU_LOST);
	CHECK_EQ(status_of(id).failure.cpu, 3);
	CHECK(fake_is_cut_off(&cells[id]->s2));
	CHECK_REFUSED(fake_destroy(id), BH_E_CPU_LOST, BH_F_CPUS, 3);
	CHECK_REFUSED(start(id, ""), BH_E_CPU_LOST, BH_F_CPUS, 3);
	CHECK_REFUSED(root_call(BH_HC_CELL_LOAD, id, 0), BH_E_CPU_LOST, BH_F_CPUS, 3);
	CHECK_REFUSED(root_call(BH_HC_DISABLE, 0, 0), BH_E_CELLS, BH_F_NONE, 0);
	/* The lost CPU responds. */
	fake.dead = 0;
	fake_run(5);
	CHECK_EQ(fake_destroy(id), 0);
	CHECK_EQ(root_cell()->cpus, 0xf);
	check_books();
}

TEST(cell_whose_cpu_never_starts)
{
	uint32_t id;

	boot_for_cells();
	id = create(fake_cell_part(0));
	fake.never_starts = 8;
	CHECK_REFUSED(start(id, ""), BH_E_CPU_LOST, BH_F_CPUS, 3);
	CHECK_EQ(status_of(id).state, BH_STATE_CREATED);
	CHECK_EQ(status_of(id).starts, 0);
	fake.never_starts = 0;
	fake.refuses_start = 8;
	CHECK_REFUSED(start(id, ""), BH_E_CPU_LOST, BH_F_CPUS, 3);
	CHECK_EQ(status_of(id).state, BH_STATE_CREATED);
	fake.refuses_start = 0;
	CHECK_EQ(start(id, ""), 0);
	CHECK_EQ(status_of(id).state, BH_STATE_RUNNING);
}

static void must_not_run(struct percpu *cpu)
{
	(void)cpu;
	test_fail(__FILE__, __LINE__, "entered the cell");
}

/* A CPU that arrives after it was declared lost must not enter the cell, and is usable again. */
TEST(cell_whose_cpu_comes_late)
{
	uint32_t id;

	boot_for_cells();
	id = create(fake_cell_part(0));
	fake_set_guest(3, must_not_run);
	fake.never_starts = 8;
	CHECK_REFUSED(start(id, ""), BH_E_CPU_LOST, BH_F_CPUS, 3);
	CHECK_EQ(percpu_of(3)->public.state, CPU_LOST);
	fake.never_starts = 0;
	percpu_of(3)->public.state = CPU_STARTING;
	CHECK(arch_cpu_start(percpu_of(3)));
	percpu_of(3)->public.state = CPU_LOST;
	fake_run(3);
	CHECK_EQ(percpu_of(3)->public.state, CPU_OFF);
	CHECK_EQ(status_of(id).state, BH_STATE_CREATED);
	CHECK_EQ(fake_destroy(id), 0);
}

TEST(cell_waits_for_a_slow_firmware)
{
	uint32_t id;

	boot_for_cells();
	fake.slow_off = 8;
	id = create(fake_cell_part(0));
	fake_set_guest(3, stray);
	CHECK_EQ(start(id, ""), 0);
	fake_run(3);
	fake_set_guest(3, work);
	CHECK_EQ(start(id, ""), 0);
	fake_run(3);
	CHECK_EQ(root_call(BH_HC_CELL_SHUTDOWN, id, 1), 0);
	CHECK_EQ(fake_destroy(id), 0);
}
