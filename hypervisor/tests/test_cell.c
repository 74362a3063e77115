// SPDX-License-Identifier: GPL-2.0
/* Creating, loading, starting, stopping and destroying cells. */
#include "guests.h"
#include "messages.h"

TEST(cell_whole_life)
{
	struct picture before;
	uint32_t id;

	boot_for_cells();
	fake_destroy(
		create(fake_cell_part(0))); /* root keeps the tables that map pages of the pool */
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
	CHECK_EQ(root_call(BH_HC_CELL_SHUTDOWN, id, 1), 0); /* it has ended already */
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
	uint32_t doorbells, id, logged;

	boot_for_cells();
	id = create(fake_cell_part(0));
	fake_set_guest(3, stray);
	doorbells = fake.doorbells;
	logged = message_log->head;
	CHECK_EQ(start(id, ""), 0);
	fake_run(10);
	CHECK_EQ(message_at(logged)->code, BH_MSG_CELL_STARTED);
	CHECK_EQ(message_at(logged + 1)->code, BH_MSG_CELL_STOPPED);
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
	CHECK_EQ(status_of(id).failure.fault_ipa, 0); /* not that of the last stop */
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
	/* After the next start the request is cleared. */
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

/* ---- wiping memory in pieces ---- */

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

/* ---- random sequences of calls ---- */

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

TEST(create_only_checked)
{
	struct bh_cell_part *part = fake_cell_part(0);
	struct picture before;

	fake_boot(); /* the CPU of cell 0 is still on */
	before = take_picture();
	memcpy(comm->data, part, part->header.size);
	CHECK_EQ(root_call(BH_HC_CELL_CREATE, 1, 0), 0);
	check_same(&before);
	CHECK_REFUSED(root_call(BH_HC_CELL_CREATE, 2, 0), BH_E_VALUE, BH_F_FUNCTION, 1);
	part->regions[0].phys = FAKE_HYP;
	memcpy(comm->data, part, part->header.size);
	CHECK_REFUSED(root_call(BH_HC_CELL_CREATE, 1, 0), BH_E_OWNED, BH_F_REGION_PHYS, 0);
	check_same(&before);
	CHECK_REFUSED(fake_create(fake_cell_part(0)), BH_E_CPU_ONLINE, BH_F_CPUS, 3);
}
