// SPDX-License-Identifier: GPL-2.0
/* The snapshot, and SYSTEM_RESET. */
#include "guests.h"

static void modify(struct percpu *cpu)
{
	uint64_t value;

	CHECK(fake_guest_read(FAKE_RAM + 0x100000, 8, &value));
	CHECK_EQ(value, program);
	CHECK(fake_guest_write(FAKE_RAM + 0x100000, 8, 0xbad));
	work(cpu);
}

static void modify_and_reset(struct percpu *cpu)
{
	uint64_t value;

	CHECK(fake_guest_read(FAKE_RAM + 0x100000, 8, &value));
	CHECK_EQ(value, program);
	CHECK(fake_guest_write(FAKE_RAM + 0x100000, 8, 0xbad));
	if (resets++ < 3)
		cell_reset_self(cpu);
	work(cpu);
}

TEST(cell_image_is_restored_at_a_start)
{
	uint32_t id;

	boot_for_cells();
	id = create(with_image(fake_cell_part(0)));
	load(id);
	fake_set_guest(3, modify);
	CHECK_EQ(fake_start(id, ""), -BH_E_AGAIN);
	CHECK(!pt_lookup(&root_cell()->s2, FAKE_CELL_RAM(0), NULL, NULL));
	CHECK_EQ(start(id, ""), 0);
	CHECK_EQ(fake.copied, FAKE_CELL_RAM_SIZE);
	CHECK(fake.largest_piece <= MEMORY_PIECE);
	fake_run(10);
	CHECK_EQ(root_call(BH_HC_CELL_SHUTDOWN, id, 1), 0);
	CHECK_EQ(start(id, ""), 0);
	fake_run(10);
	CHECK_EQ(status_of(id).state, BH_STATE_RUNNING);
	CHECK_EQ(root_call(BH_HC_CELL_SHUTDOWN, id, 1), 0);
	program = 0x900d;
	load(id);
	CHECK_EQ(start(id, ""), 0);
	fake_run(10);
	CHECK_EQ(status_of(id).state, BH_STATE_RUNNING);
}

TEST(cell_reset_restores_the_image)
{
	uint32_t id;

	boot_for_cells();
	id = create(with_image(fake_cell_part(0)));
	load(id);
	fake_set_guest(3, modify_and_reset);
	CHECK_EQ(start(id, "kept"), 0);
	fake_run(200);
	CHECK_EQ(resets, 4);
	CHECK_EQ(status_of(id).state, BH_STATE_RUNNING);
	CHECK_EQ(status_of(id).starts, 4);
	CHECK(!strcmp(cells[id]->info->args, "kept"));
	check_books();
}

/* A reset by a CPU other than the boot CPU: the boot CPU restarts, the other is off. */
TEST(cell_reset_by_the_second_cpu)
{
	uint32_t id = start_two(start_second, reset_once, with_image(two_cpus()));

	fake_run(200);
	CHECK_EQ(resets, 2); /* the restarted boot CPU started it again */
	CHECK_EQ(status_of(id).cpus_on, 0xc);
	CHECK_EQ(status_of(id).starts, 2);
	CHECK_EQ(root_call(BH_HC_CELL_SHUTDOWN, id, 1), 0);
	CHECK_EQ(fake_destroy(id), 0);
	check_books();
}

static bool second_runs;

/* A CPU start while another CPU of the cell waits until all are off. */
static void start_third_in_reset(struct percpu *cpu)
{
	second_runs = true;
	while (!cpu->public.cell->resetting)
		arch_relax();
	CHECK(!cpu_start(percpu_of(3), FAKE_RAM, 7));
	cpu_take_commands(cpu);
	test_fail(__FILE__, __LINE__, "went on");
}

static void reset_beside_second(struct percpu *cpu)
{
	if (resets++)
		work(cpu);
	CHECK(cpu_start(percpu_of(2), FAKE_RAM, 7));
	while (!second_runs)
		arch_relax();
	cell_reset_self(cpu);
}

TEST(cell_reset_and_cpu_on_race)
{
	struct bh_cell_part *part = with_image(fake_cell_part(0));
	uint32_t id;

	boot_for_cells();
	part->cpus = 0xe;
	id = create(part);
	fake_set_guest(1, reset_beside_second);
	fake_set_guest(2, start_third_in_reset);
	CHECK_EQ(start(id, ""), 0);
	fake_run(200);
	CHECK_EQ(resets, 2);
	CHECK_EQ(status_of(id).state, BH_STATE_RUNNING);
	CHECK_EQ(status_of(id).cpus_on, 2);
}

TEST(cell_reset_by_both_cpus_at_once)
{
	uint32_t id = start_two(start_second_and_reset, reset_once, with_image(two_cpus()));

	fake_run(300);
	CHECK_EQ(status_of(id).state, BH_STATE_RUNNING);
	CHECK_EQ(status_of(id).cpus_on, 0xc);
	CHECK_EQ(root_call(BH_HC_CELL_SHUTDOWN, id, 1), 0);
	CHECK_EQ(fake_destroy(id), 0);
}

static void reset_only(struct percpu *cpu)
{
	cell_reset_self(cpu);
}

TEST(cell_reset_without_image_stops)
{
	struct bh_cell_part *part = with_image(fake_cell_part(0));
	uint32_t id;

	boot_for_cells();
	fake_set_guest(3, reset_only);
	id = create(fake_cell_part(1));
	CHECK_EQ(start(id, ""), 0);
	part = with_image(fake_cell_part(0));
	part->rights &= ~BH_RIGHT_RESET;
	id = create(part);
	CHECK_EQ(start(id, ""), 0);
	fake_run(10);
	CHECK_EQ(status_of(id).state, BH_STATE_FAILED);
	CHECK_EQ(status_of(id).failure.reason, BH_STOP_RESET);
}

/* A stop by root takes precedence over a reset in progress. */
TEST(cell_stop_during_reset)
{
	uint32_t id;

	boot_for_cells();
	id = create(with_image(fake_cell_part(0)));
	fake_set_guest(3, reset_only); /* resets for ever */
	CHECK_EQ(start(id, ""), 0);
	fake_run(7);
	CHECK_EQ(status_of(id).state, BH_STATE_RUNNING);
	CHECK_EQ(root_call(BH_HC_CELL_SHUTDOWN, id, 1), 0);
	CHECK_EQ(status_of(id).failure.reason, BH_STOP_FORCED);
	CHECK_EQ(fake_destroy(id), 0);
}

/* A stop by root also takes precedence while the reset waits for a CPU that never responds. */
TEST(cell_stop_during_a_reset_that_waits)
{
	uint64_t ticks;
	uint32_t id;

	fake.dead = 8;
	id = start_two(start_second_and_reset, idle, with_image(two_cpus()));
	ticks = fake.ticks;
	CHECK_REFUSED(root_call(BH_HC_CELL_SHUTDOWN, id, 1), BH_E_CPU_LOST, BH_F_CPUS, 3);
	CHECK(fake.ticks - ticks < 2200 * FAKE_TICKS_PER_MS);
	CHECK_EQ(percpu_of(2)->public.state, CPU_OFF);
	CHECK_EQ(status_of(id).failure.reason, BH_STOP_CPU_LOST);
	/* After the next start the cell can be reset. */
	fake.dead = 0;
	fake_run(3);
	fake_set_guest(2, reset_once);
	resets = 0;
	CHECK_EQ(start(id, ""), 0);
	fake_run(50);
	CHECK_EQ(resets, 2);
	CHECK_EQ(status_of(id).cpus_on, 4);
}
