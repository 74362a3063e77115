// SPDX-License-Identifier: GPL-2.0
/* The life of cells. */
#include "life.h"
#include <hyp/log.h>
#include <stdlib.h>

static struct bh_cell_part *two_cpus(void)
{
	struct bh_cell_part *part = fake_cell_part(0);

	part->cpus = 0xc; /* boots on CPU 2 */
	return part;
}

/* Its memory is kept behind cell 0's. */
static struct bh_cell_part *with_image(struct bh_cell_part *part)
{
	part->image_phys = FAKE_CELL_RAM(0) + FAKE_CELL_RAM_SIZE;
	part->image_size = FAKE_CELL_RAM_SIZE;
	part->rights |= BH_RIGHT_RESET;
	return part;
}

static void work(struct percpu *cpu)
{
	uint64_t value;

	(void)cpu;
	for (uint64_t i = 0;; i++) {
		CHECK(fake_guest_write(FAKE_RAM + 8, 8, i));
		CHECK(fake_guest_read(FAKE_RAM + 8, 8, &value));
		CHECK_EQ(value, i);
		fake_yield();
	}
}

static void stray(struct percpu *cpu)
{
	uint64_t value;

	(void)cpu;
	fake_guest_read(0x1000, 8, &value);
	test_fail(__FILE__, __LINE__, "went on after a violation");
}

static void done(struct percpu *cpu)
{
	(void)cpu;
	fake_yield();
	fake_guest_hypercall(BH_HC_SHUTDOWN_DONE, 0, 0);
	test_fail(__FILE__, __LINE__, "went on");
}

TEST(cell_whole_life)
{
	struct picture before;
	uint32_t id;

	boot_for_cells();
	fake_destroy(create(fake_cell_part(0))); /* tables that the pool's part of root needs */
	before = take_picture();
	id = create(fake_cell_part(0));
	CHECK_EQ(id, 1);
	CHECK_EQ(status_of(id).state, BH_STATE_CREATED);
	CHECK_EQ(cells[id]->reserve.count, 0);
	CHECK_EQ(status_of(id).cpus, 8);
	CHECK_EQ(status_of(0).cpus, 7);
	check_books();
	fake_set_guest(3, work);
	CHECK_EQ(start(id, ""), 0);
	CHECK_EQ(status_of(id).state, BH_STATE_RUNNING);
	CHECK_EQ(status_of(id).cpus_on, 8);
	fake_run(100);
	CHECK(fake_in_guest(3));
	CHECK_EQ(root_call(BH_HC_CELL_SHUTDOWN, id, 1), 0);
	CHECK_EQ(status_of(id).state, BH_STATE_SHUT_DOWN);
	CHECK_EQ(status_of(id).failure.reason, BH_STOP_FORCED);
	CHECK_EQ(status_of(id).cpus_on, 0);
	CHECK_EQ(start(id, ""), 0);
	CHECK_EQ(status_of(id).starts, 2);
	CHECK_EQ(status_of(id).failure.reason, BH_STOP_NONE);
	CHECK_EQ(root_call(BH_HC_CELL_SHUTDOWN, id, 1), 0);
	CHECK_EQ(fake_destroy(id), 0);
	check_same(&before);
	CHECK_REFUSED(root_call(BH_HC_CELL_STATUS, id, 0), BH_E_NO_CELL, BH_F_CELL_ID, 0);
}

TEST(cell_refused_in_wrong_states)
{
	uint32_t id;

	boot_for_cells();
	id = create(fake_cell_part(0));
	CHECK_REFUSED(root_call(BH_HC_CELL_SHUTDOWN, id, 0), BH_E_STATE, BH_F_STATE, 0);
	CHECK_REFUSED(root_call(BH_HC_CELL_SHUTDOWN, id, 1), BH_E_STATE, BH_F_STATE, 0);
	CHECK_EQ(comm->refusal.value, BH_STATE_CREATED);
	CHECK_EQ(comm->refusal.owner, id);
	CHECK_EQ(start(id, ""), 0);
	CHECK_REFUSED(start(id, ""), BH_E_STATE, BH_F_STATE, 0);
	CHECK_EQ(comm->refusal.value, BH_STATE_RUNNING);
	CHECK_REFUSED(root_call(BH_HC_CELL_DESTROY, id, 0), BH_E_STATE, BH_F_STATE, 0);
	CHECK_REFUSED(root_call(BH_HC_CELL_LOAD, id, 0), BH_E_STATE, BH_F_STATE, 0);
	CHECK(fake_in_guest(3));
	CHECK_EQ(root_call(BH_HC_CELL_SHUTDOWN, id, 1), 0);
	CHECK_REFUSED(root_call(BH_HC_CELL_SHUTDOWN, id, 0), BH_E_STATE, BH_F_STATE, 0);
	CHECK_EQ(root_call(BH_HC_CELL_SHUTDOWN, id, 1), 0); /* still is */
	CHECK_EQ(root_call(BH_HC_CELL_DESTROY, id, 0), -BH_E_AGAIN);
	CHECK_EQ(status_of(id).state, BH_STATE_WIPING);
	CHECK_REFUSED(start(id, ""), BH_E_STATE, BH_F_STATE, 0);
	CHECK_EQ(comm->refusal.value, BH_STATE_WIPING);
	CHECK_REFUSED(root_call(BH_HC_CELL_SHUTDOWN, id, 1), BH_E_STATE, BH_F_STATE, 0);
	CHECK_EQ(fake_destroy(id), 0);
	CHECK_REFUSED(fake_destroy(id), BH_E_NO_CELL, BH_F_CELL_ID, 0);
}

TEST(cell_is_stopped_for_a_violation)
{
	uint32_t doorbells, id;

	boot_for_cells();
	id = create(fake_cell_part(0));
	fake_set_guest(3, stray);
	doorbells = fake.doorbells;
	CHECK_EQ(start(id, ""), 0);
	fake_run(10);
	CHECK(fake.doorbells > doorbells + 1);
	CHECK_EQ(status_of(id).state, BH_STATE_FAILED);
	CHECK_EQ(status_of(id).failure.reason, BH_STOP_ACCESS);
	CHECK_EQ(status_of(id).failure.cpu, 3);
	CHECK_EQ(status_of(id).failure.fault_ipa, 0x1000);
	CHECK_EQ(status_of(id).cpus_on, 0);
	fake_set_guest(3, done);
	CHECK_EQ(start(id, ""), 0);
	fake_run(10);
	CHECK_EQ(status_of(id).failure.reason, BH_STOP_REQUESTED);
	CHECK_EQ(status_of(id).failure.fault_ipa, 0); /* nothing of the last one */
}

/* Guests of two CPUs: the first starts the second. */
static fake_guest second;

static void start_second(struct percpu *cpu)
{
	CHECK(cpu_start(percpu_of(3), FAKE_RAM, 7));
	CHECK(!cpu_start(percpu_of(3), FAKE_RAM, 7));
	work(cpu);
}

static uint32_t start_two(fake_guest first_guest, fake_guest second_guest,
			  const struct bh_cell_part *part)
{
	uint32_t id;

	boot_for_cells();
	id = create(part);
	second = second_guest;
	fake_set_guest(2, first_guest);
	fake_set_guest(3, second_guest);
	CHECK_EQ(start(id, ""), 0);
	fake_run(20);
	return id;
}

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

/* The stop comes while the second CPU is on its way. */
static void start_second_late(struct percpu *cpu)
{
	while (cpu->public.cell->state == BH_STATE_RUNNING)
		arch_relax(); /* in the hypervisor: no kick is taken */
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

/* The boot CPU starts the second one and switches itself off. */
static void hand_over(struct percpu *cpu)
{
	CHECK(cpu_start(percpu_of(3), FAKE_RAM, 7));
	arch_cpu_off(cpu);
}

/* In a CPU_ON that was past all checks when the stop came, on the CPU that is waited for last. */
static void start_first_late(struct percpu *cpu)
{
	while (cpu->public.cell->state == BH_STATE_RUNNING)
		arch_relax();
	percpu_of(2)->public.state = CPU_STARTING;
	CHECK(arch_cpu_start(percpu_of(2)));
	cpu_take_commands(cpu);
	test_fail(__FILE__, __LINE__, "went on");
}

/* In the hypervisor on CPU 0: what holds when the call returns. */
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

static void answer(struct percpu *cpu)
{
	while (cpu->public.cell->info->request != BH_REQUEST_SHUTDOWN)
		fake_yield();
	fake_guest_hypercall(BH_HC_SHUTDOWN_DONE, 0, 0);
	test_fail(__FILE__, __LINE__, "went on");
}

TEST(cell_answers_a_shutdown_request)
{
	uint32_t id;

	boot_for_cells();
	id = create(fake_cell_part(0));
	fake_set_guest(3, answer);
	CHECK_EQ(start(id, ""), 0);
	fake_run(10);
	CHECK_EQ(status_of(id).state, BH_STATE_RUNNING);
	CHECK_EQ(root_call(BH_HC_CELL_SHUTDOWN, id, 0), 0);
	fake_check_clean(cells[id]->info, sizeof(*cells[id]->info));
	fake_run(10);
	CHECK_EQ(status_of(id).state, BH_STATE_SHUT_DOWN);
	CHECK_EQ(status_of(id).failure.reason, BH_STOP_REQUESTED);
	/* The next life is not asked at once. */
	CHECK_EQ(start(id, ""), 0);
	fake_run(10);
	CHECK_EQ(status_of(id).state, BH_STATE_RUNNING);
}

TEST(cell_without_info_page_cannot_be_asked)
{
	struct bh_cell_part *part = fake_cell_part(0);
	uint32_t id;

	boot_for_cells();
	part->info_guest = 0;
	id = create(part);
	CHECK_EQ(start(id, "ignored"), 0);
	CHECK_REFUSED(root_call(BH_HC_CELL_SHUTDOWN, id, 0), BH_E_UNSUPPORTED, BH_F_INFO_PAGE, 0);
	CHECK_EQ(root_call(BH_HC_CELL_SHUTDOWN, id, 1), 0);
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
	CHECK(!cells[id]->arch.cut_off);
	check_books();
	/* It has its memory again. */
	CHECK_EQ(start(id, ""), 0);
	fake_run(10);
	CHECK_EQ(status_of(id).state, BH_STATE_RUNNING);
	fake.deaf = 0;
	CHECK_EQ(root_call(BH_HC_CELL_SHUTDOWN, id, 1), 0);
	CHECK_EQ(fake_destroy(id), 0);
}

static void idle(struct percpu *cpu)
{
	(void)cpu;
	for (;;)
		fake_yield();
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
	CHECK(cells[id]->arch.cut_off);
	CHECK_REFUSED(fake_destroy(id), BH_E_CPU_LOST, BH_F_CPUS, 3);
	CHECK_REFUSED(start(id, ""), BH_E_CPU_LOST, BH_F_CPUS, 3);
	CHECK_REFUSED(root_call(BH_HC_CELL_LOAD, id, 0), BH_E_CPU_LOST, BH_F_CPUS, 3);
	CHECK_REFUSED(root_call(BH_HC_DISABLE, 0, 0), BH_E_CELLS, BH_F_NONE, 0);
	/* It turns up. */
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

/* It comes after it was given up: it must not enter the cell, and is a good CPU again. */
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

TEST(cell_start_arguments)
{
	char longest[BH_ARGS_SIZE];
	uint32_t id;

	boot_for_cells();
	id = create(fake_cell_part(0));
	CHECK_EQ(start(id, ""), 0);
	CHECK(!strcmp(cells[id]->info->args, "default"));
	CHECK_EQ(cells[id]->info->cell_id, id);
	CHECK_EQ(cells[id]->info->n_cpus, 1);
	CHECK_EQ(cells[id]->info->cpu_ids[0], 3);
	CHECK_EQ(percpu_of(3)->public.entry, FAKE_RAM);
	CHECK_EQ(percpu_of(3)->public.argument, 0x0b000000);
	CHECK_EQ(root_call(BH_HC_CELL_SHUTDOWN, id, 1), 0);
	memset(longest, 'x', sizeof(longest));
	longest[BH_ARGS_SIZE - 1] = '\0';
	CHECK_EQ(start(id, longest), 0);
	CHECK(!strcmp(cells[id]->info->args, longest));
	CHECK_EQ(root_call(BH_HC_CELL_SHUTDOWN, id, 1), 0);
	memset(comm->data, 'x', BH_ARGS_SIZE);
	CHECK_REFUSED(root_call(BH_HC_CELL_START, id, 0), BH_E_SIZE, BH_F_ARGS, 0);
}

/* ---- the kept image ---- */

static uint64_t program = 0x600d;

static void modify(struct percpu *cpu)
{
	uint64_t value;

	CHECK(fake_guest_read(FAKE_RAM + 0x100000, 8, &value));
	CHECK_EQ(value, program);
	CHECK(fake_guest_write(FAKE_RAM + 0x100000, 8, 0xbad));
	work(cpu);
}

/* Root writes the program, as a loader. */
static void load(uint32_t id)
{
	CHECK_EQ(root_call(BH_HC_CELL_LOAD, id, 0), 0);
	CHECK(pt_lookup(&root_cell()->s2, FAKE_CELL_RAM(0) + 0x100000, NULL, NULL));
	memcpy(fake_ram(FAKE_CELL_RAM(0) + 0x100000), &program, sizeof(program));
	check_books();
}

static unsigned resets;

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

static void reset_once(struct percpu *cpu)
{
	if (resets++ == 0)
		cell_reset_self(cpu);
	work(cpu);
}

/* From the CPU that is not the boot CPU: the boot CPU starts again, the other is off. */
TEST(cell_reset_by_the_second_cpu)
{
	uint32_t id = start_two(start_second, reset_once, with_image(two_cpus()));

	fake_run(200);
	CHECK_EQ(resets, 2); /* the second life's first CPU started it again */
	CHECK_EQ(status_of(id).cpus_on, 0xc);
	CHECK_EQ(status_of(id).starts, 2);
	CHECK_EQ(root_call(BH_HC_CELL_SHUTDOWN, id, 1), 0);
	CHECK_EQ(fake_destroy(id), 0);
	check_books();
}

static void start_second_and_reset(struct percpu *cpu)
{
	CHECK(cpu_start(percpu_of(3), FAKE_RAM, 7));
	while (percpu_of(3)->public.state != CPU_RUNNING)
		arch_relax(); /* no kick is taken: both are in a reset then */
	if (resets++ < 2)
		cell_reset_self(cpu);
	work(cpu);
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

/* Root's stop wins over a reset that is under way. */
TEST(cell_stop_during_reset)
{
	uint32_t id;

	boot_for_cells();
	id = create(with_image(fake_cell_part(0)));
	fake_set_guest(3, reset_only); /* for ever */
	CHECK_EQ(start(id, ""), 0);
	fake_run(7);
	CHECK_EQ(status_of(id).state, BH_STATE_RUNNING);
	CHECK_EQ(root_call(BH_HC_CELL_SHUTDOWN, id, 1), 0);
	CHECK_EQ(status_of(id).failure.reason, BH_STOP_FORCED);
	CHECK_EQ(fake_destroy(id), 0);
}

/* While it waits for a CPU that doesn't come, too. */
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
	/* The next life can be reset. */
	fake.dead = 0;
	fake_run(3);
	fake_set_guest(2, reset_once);
	resets = 0;
	CHECK_EQ(start(id, ""), 0);
	fake_run(50);
	CHECK_EQ(resets, 2);
	CHECK_EQ(status_of(id).cpus_on, 4);
}

/* ---- memory is wiped, in pieces ---- */

TEST(cell_destroy_wipes)
{
	uint32_t id;
	uint64_t *word;

	boot_for_cells();
	id = create(with_image(fake_cell_part(0)));
	load(id);
	CHECK_EQ(start(id, ""), 0);
	CHECK_EQ(root_call(BH_HC_CELL_SHUTDOWN, id, 1), 0);
	CHECK_EQ(root_call(BH_HC_CELL_DESTROY, id, 0), -BH_E_AGAIN);
	CHECK(!pt_lookup(&root_cell()->s2, FAKE_CELL_RAM(0), NULL, NULL));
	CHECK_EQ(fake_destroy(id), 0);
	CHECK_EQ(fake.wiped, 2 * FAKE_CELL_RAM_SIZE);
	CHECK(fake.largest_piece <= MEMORY_PIECE);
	for (paddr_t p = FAKE_CELL_RAM(0); p < FAKE_CELL_RAM(0) + 2 * FAKE_CELL_RAM_SIZE; p += 8) {
		word = fake_ram(p);
		CHECK(*word == 0);
	}
}

TEST(cell_never_started_needs_no_wiping)
{
	uint32_t id;

	boot_for_cells();
	id = create(fake_cell_part(0));
	load(id);
	CHECK_EQ(root_call(BH_HC_CELL_DESTROY, id, 0), 0);
	CHECK_EQ(fake.wiped, 0);
	check_books();
}

/* ---- many lives ---- */

TEST(cell_ids_and_names)
{
	struct picture before;

	boot_for_cells();
	CHECK_EQ(create(fake_cell_part(0)), 1);
	CHECK_EQ(create(fake_cell_part(1)), 2);
	before = take_picture();
	CHECK_REFUSED(fake_create(fake_cell_part(1)), BH_E_EXISTS, BH_F_NAME, 0);
	CHECK_EQ(comm->refusal.owner, 2);
	strcpy(fake_cell_part(2)->name, "root");
	check_same(&before);
	CHECK_EQ(fake_destroy(1), 0);
	CHECK_EQ(create(fake_cell_part(2)), 1);
}

TEST(cell_name_of_root_is_taken)
{
	struct bh_cell_part *part = fake_cell_part(0);

	boot_for_cells();
	memset(part->name, 0, sizeof(part->name));
	strcpy(part->name, "root");
	CHECK_REFUSED(fake_create(part), BH_E_EXISTS, BH_F_NAME, 0);
	CHECK_EQ(comm->refusal.owner, BH_ROOT_CELL);
}

static const fake_guest guests[] = { work, stray, answer, idle };

static void random_step(unsigned n, int64_t *ids)
{
	uint64_t dice = fake_random() % 8;

	if (ids[n] <= 0) {
		ids[n] = fake_create(n ? fake_cell_part(n) : with_image(fake_cell_part(0)));
		CHECK(ids[n] > 0);
		return;
	}
	fake_set_guest(3 - n, guests[fake_random() % ARRAY_SIZE(guests)]);
	if (dice < 3)
		fake_start((uint32_t)ids[n], "x");
	else if (dice < 4)
		root_call(BH_HC_CELL_LOAD, (uint64_t)ids[n], 0);
	else if (dice < 6)
		root_call(BH_HC_CELL_SHUTDOWN, (uint64_t)ids[n], dice & 1);
	else if (fake_destroy((uint32_t)ids[n]) == 0)
		ids[n] = 0;
}

TEST(cell_random_lives)
{
	struct picture before;
	int64_t ids[3] = { 0 };

	boot_for_cells();
	for (unsigned n = 0; n < 3; n++)
		create(fake_cell_part(n));
	for (uint32_t id = 1; id < 4; id++)
		CHECK_EQ(fake_destroy(id), 0);
	before = take_picture();
	for (unsigned i = 0; i < 1500; i++) {
		random_step(fake_random() % 3, ids);
		fake_run(fake_random() % 4);
		if (i % 16 == 0)
			check_books();
	}
	for (unsigned n = 0; n < 3; n++) {
		if (ids[n] <= 0)
			continue;
		root_call(BH_HC_CELL_SHUTDOWN, (uint64_t)ids[n], 1);
		CHECK_EQ(fake_destroy((uint32_t)ids[n]), 0);
	}
	check_same(&before);
}
