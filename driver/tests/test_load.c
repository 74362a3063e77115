// SPDX-License-Identifier: GPL-2.0
/* Loading a cell: pieces, and what others do to the cell between two of them. */
#include <stdlib.h>

#include "fake.h"
#include "sample.h"
#include "test.h"

#define GUEST 0x10000ull
#define SIZE ((100u << 10) + 5) /* two pieces */

static struct sample sample;
static u8 data[SIZE];
static unsigned int reads;

/* The cell has loadable RAM for the data, the end of it in a second region. */
static void prepare(struct bh_ioc_cell_load *load)
{
	size_t i;

	sample_init(&sample);
	sample.cell->regions[0] = (struct bh_region){ FAKE_PHYS, GUEST, 96 << 10, BH_REGION_RAM,
						      BH_REGION_READ | BH_REGION_LOADABLE };
	sample.cell->regions[1] =
		(struct bh_region){ FAKE_PHYS + (128 << 10), GUEST + (96 << 10), 64 << 10,
				    BH_REGION_RAM, BH_REGION_READ | BH_REGION_LOADABLE };
	for (i = 0; i < SIZE; i++)
		data[i] = i * 7;
	memset(fake_memory, 0, sizeof(fake_memory));
	fake_user(data, SIZE);
	fake_cell.part = sample.cell;
	fake_accepts = true;
	bhd.state = BH_DRIVER_ENABLED;
	*load = (struct bh_ioc_cell_load){
		.id = 1, .data = FAKE_USER, .size = SIZE, .guest = GUEST
	};
	reads = 0;
}

static int run(const struct bh_ioc_cell_load *load, struct bhd_why *why)
{
	int error = bhd_cell_load(load, why);

	CHECK(fake_locks_are_free());
	CHECK_EQ(fake_allocations, 0);
	CHECK_EQ(fake_cell.kobject.references, 0);
	fake_after_read = NULL;
	fake_cell.gone = false;
	bhd.state = BH_DRIVER_DISABLED;
	return error;
}

static u8 expected(size_t i)
{
	return i * 7;
}

TEST(load_in_pieces)
{
	struct bh_ioc_cell_load load;
	struct bhd_why why = {};
	size_t i;

	prepare(&load);
	CHECK_EQ(run(&load, &why), 0);
	for (i = 0; i < 96 << 10; i++)
		CHECK_EQ(fake_memory[i], expected(i));
	for (; i < SIZE; i++)
		CHECK_EQ(fake_memory[i + (32 << 10)], expected(i));
	CHECK_EQ(fake_memory[SIZE + (32 << 10)], 0);
}

static void destroyed_at_second(void)
{
	fake_cell.gone = ++reads == 2;
}

static void started_at_second(void)
{
	fake_accepts = ++reads != 2;
}

static void check_only_first_piece(const struct bh_ioc_cell_load *load, u32 code)
{
	struct bhd_why why = {};

	CHECK_EQ(run(load, &why), -EPERM);
	CHECK_EQ(why.refusal.code, code);
	CHECK_EQ(reads, 2);
	CHECK_EQ(fake_memory[(64 << 10) - 1], expected((64 << 10) - 1));
	CHECK_EQ(fake_memory[64 << 10] | fake_memory[(64 << 10) + 1], 0);
}

/* Another program may destroy or start the cell while user memory is read. */
TEST(load_of_a_cell_that_is_destroyed)
{
	struct bh_ioc_cell_load load;

	prepare(&load);
	fake_after_read = destroyed_at_second;
	check_only_first_piece(&load, BH_E_NO_CELL);
}

TEST(load_of_a_cell_that_is_started)
{
	struct bh_ioc_cell_load load;

	prepare(&load);
	fake_after_read = started_at_second;
	check_only_first_piece(&load, BH_E_UNSUPPORTED);
	fake_accepts = true;
}

TEST(load_outside_writes_nothing)
{
	struct bh_ioc_cell_load load;
	struct bhd_why why = {};

	prepare(&load);
	load.size = (160 << 10) + 1;
	CHECK_EQ(run(&load, &why), -EPERM);
	CHECK_EQ(why.refusal.code, BH_D_OUTSIDE);
	CHECK_EQ(fake_user_bytes + fake_memory[0], 0);
	CHECK_EQ(fake_memory[1], 0);
}

TEST(load_from_unreadable_memory)
{
	struct bh_ioc_cell_load load;
	struct bhd_why why = {};

	prepare(&load);
	fake_user(data, SIZE - 1);
	CHECK_EQ(run(&load, &why), -EFAULT);
}
