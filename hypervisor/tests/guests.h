/* SPDX-License-Identifier: GPL-2.0 */
/* For tests of cells: further configs, and guests. No file uses all of them. */
#ifndef GUESTS_H
#define GUESTS_H

#include "life.h"
#include <hyp/memory.h>
#include <hyp/snapshot.h>

#pragma GCC diagnostic ignored "-Wunused-function"

static struct bh_cell_part *two_cpus(void)
{
	struct bh_cell_part *part = fake_cell_part(0);

	part->cpus = 0xc; /* boots on CPU 2 */
	return part;
}

/* Add a snapshot, located after cell 0's memory. */
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

/* The first of two CPUs starts the second. */
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
	fake_set_guest(2, first_guest);
	fake_set_guest(3, second_guest);
	CHECK_EQ(start(id, ""), 0);
	fake_run(20);
	return id;
}

static void answer(struct percpu *cpu)
{
	while (cpu->public.cell->info->request != BH_REQUEST_SHUTDOWN)
		fake_yield();
	fake_guest_hypercall(BH_HC_SHUTDOWN_DONE, 0, 0);
	test_fail(__FILE__, __LINE__, "went on");
}

static void idle(struct percpu *cpu)
{
	(void)cpu;
	for (;;)
		fake_yield();
}

static unsigned resets;

static void reset_once(struct percpu *cpu)
{
	if (resets++ == 0)
		cell_reset_self(cpu);
	work(cpu);
}

static void start_second_and_reset(struct percpu *cpu)
{
	CHECK(cpu_start(percpu_of(3), FAKE_RAM, 7));
	while (percpu_of(3)->public.state != CPU_RUNNING)
		arch_relax(); /* takes no kicks here, so both CPUs reset at the same time */
	if (resets++ < 2)
		cell_reset_self(cpu);
	work(cpu);
}

static uint64_t program = 0x600d;

/* Load the cell: root opens its memory and writes the program into it. */
static void load(uint32_t id)
{
	CHECK_EQ(root_call(BH_HC_CELL_LOAD, id, 0), 0);
	CHECK(pt_lookup(&root_cell()->s2, FAKE_CELL_RAM(0) + 0x100000, NULL, NULL));
	memcpy(fake_ram(FAKE_CELL_RAM(0) + 0x100000), &program, sizeof(program));
	check_books();
}

#endif
