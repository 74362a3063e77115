// SPDX-License-Identifier: GPL-2.0
/* The dispatcher and its permissions; enable. */
#include "life.h"
#include "messages.h"
#include <hyp/init.h>
#include <hyp/lock.h>

static const uint64_t management[] = { BH_HC_CELL_CREATE,   BH_HC_CELL_LOAD,	BH_HC_CELL_START,
				       BH_HC_CELL_SHUTDOWN, BH_HC_CELL_DESTROY, BH_HC_DISABLE,
				       BH_HC_LOCK };
static const uint64_t reading[] = { BH_HC_CELL_STATUS, BH_HC_CONSOLE_INPUT, BH_HC_MEMORY_STATUS };

TEST(hypercall_version)
{
	boot_for_cells();
	CHECK_EQ(root_call(BH_HC_VERSION, 0, 0), BH_ABI_VERSION);
}

TEST(hypercall_unknown)
{
	boot_for_cells();
	for (uint64_t n = 0; n < 64; n++) {
		bool known = n < 3 || (n >= 16 && n <= 22) || (n >= 32 && n <= 34);

		if (!known)
			CHECK_EQ(root_call(BH_HC(n), 0, 0), -BH_E_UNKNOWN_CALL);
	}
	CHECK_EQ(root_call(1ull << 32 | BH_HC_VERSION, 0, 0), -BH_E_UNKNOWN_CALL);
	CHECK_EQ(root_call(UINT64_MAX, 0, 0), -BH_E_UNKNOWN_CALL);
	CHECK_EQ(root_call(BH_HC_SHUTDOWN_DONE, 0, 0), -BH_E_PERMISSION);
}

static unsigned calls_done;

static void call_all(struct percpu *cpu)
{
	(void)cpu;
	CHECK_EQ(fake_guest_hypercall(BH_HC_VERSION, 0, 0), BH_ABI_VERSION);
	for (unsigned i = 0; i < ARRAY_SIZE(management); i++)
		CHECK_EQ(fake_guest_hypercall(management[i], 1, 1), -BH_E_PERMISSION);
	for (unsigned i = 0; i < ARRAY_SIZE(reading); i++)
		CHECK_EQ(fake_guest_hypercall(reading[i], 1, 1), -BH_E_PERMISSION);
	CHECK_EQ(fake_guest_hypercall(BH_HC(99), 1, 1), -BH_E_UNKNOWN_CALL);
	calls_done++;
}

TEST(hypercall_of_a_cell)
{
	uint32_t head;

	boot_for_cells();
	create(fake_cell_part(0));
	fake_set_guest(3, call_all);
	head = message_log->head;
	CHECK_EQ(start(1, ""), 0);
	fake_run(50);
	CHECK_EQ(calls_done, 1);
	CHECK_EQ(status_of(1).state, BH_STATE_RUNNING);
	CHECK(message_log->head - head <= LOG_GUEST_BURST + 2);
}

TEST(hypercall_ids)
{
	static const uint64_t ids[] = { 0, 2, 31, 32, 1ull << 32 | 1, UINT64_MAX };

	boot_for_cells();
	create(fake_cell_part(0));
	for (unsigned i = 0; i < ARRAY_SIZE(ids); i++) {
		for (unsigned j = 1; j < 5; j++) {
			CHECK_REFUSED(root_call(management[j], ids[i], 0), BH_E_NO_CELL,
				      BH_F_CELL_ID, 0);
			CHECK_EQ(comm->refusal.value, ids[i]);
		}
		CHECK_REFUSED(root_call(BH_HC_CONSOLE_INPUT, ids[i], 0), BH_E_NO_CELL, BH_F_CELL_ID,
			      0);
		if (ids[i])
			CHECK_REFUSED(root_call(BH_HC_CELL_STATUS, ids[i], 0), BH_E_NO_CELL,
				      BH_F_CELL_ID, 0);
	}
	CHECK_REFUSED(root_call(BH_HC_CELL_SHUTDOWN, 1, 2), BH_E_VALUE, BH_F_FUNCTION, 2);
	CHECK(!strcmp(status_of(0).name, "root"));
	CHECK_EQ(status_of(0).cpus_on, 1);
}

TEST(hypercall_refusals_are_logged)
{
	const struct bh_message *m;
	struct bh_cell_part *part = fake_cell_part(0);

	boot_for_cells();
	part->n_regions = 77;
	CHECK_REFUSED(fake_create(part), BH_E_RANGE, BH_F_REGION_COUNT, 0);
	m = message_at(message_log->head - 1);
	CHECK_EQ(m->code, BH_MSG_REFUSED);
	CHECK_EQ(m->v[0], BH_E_RANGE);
	CHECK_EQ(m->v[1], (uint64_t)BH_F_REGION_COUNT << 32);
	CHECK_EQ(m->v[2], 77);
	/* After a successful call the refusal is cleared. */
	create(fake_cell_part(0));
	CHECK_EQ(comm->refusal.code, BH_OK);
}

TEST(hypercall_lock)
{
	boot_for_cells();
	create(fake_cell_part(0));
	CHECK_EQ(root_call(BH_HC_LOCK, 0, 0), 0);
	for (unsigned i = 0; i < ARRAY_SIZE(management); i++) {
		CHECK_REFUSED(root_call(management[i], 2, 0), BH_E_LOCKED, BH_F_RIGHTS, 0);
		CHECK_EQ(root_call(management[i], 1, 1), -BH_E_LOCKED);
	}
	CHECK_EQ(fake.left, 0);
	CHECK_EQ(status_of(1).state, BH_STATE_CREATED);
	CHECK_EQ(root_call(BH_HC_MEMORY_STATUS, 0, 0), 0);
	CHECK_EQ(root_call(BH_HC_CONSOLE_INPUT, 1, 0), 0);
}

TEST(hypercall_root_that_may_not_manage)
{
	struct bh_cell_part *root = fake_root_part();

	root->rights &= ~BH_RIGHT_MANAGE;
	CHECK(fake_boot_with(fake_system_part(), root));
	CHECK_REFUSED(root_call(BH_HC_CELL_CREATE, 0, 0), BH_E_PERMISSION, BH_F_RIGHTS, 0);
}

TEST(hypercall_memory_status)
{
	struct bh_memory_status status;

	boot_for_cells();
	CHECK_EQ(root_call(BH_HC_MEMORY_STATUS, 0, 0), 0);
	memcpy(&status, comm->data, sizeof(status));
	CHECK_EQ(status.pool_pages, pool_pages());
	CHECK_EQ(status.pool_pages_used, pool_pages_used());
	CHECK(status.image_bytes >= status.text_bytes);
}

TEST(hypercall_disable)
{
	fake_boot();
	take_from_root(8);
	create(fake_cell_part(0));
	CHECK_REFUSED(root_call(BH_HC_DISABLE, 0, 0), BH_E_CELLS, BH_F_NONE, 0);
	CHECK_EQ(comm->refusal.value, 1);
	CHECK_EQ(root_call(BH_HC_DISABLE, 1, 0), -BH_E_STATE);
	CHECK_EQ(fake_destroy(1), 0);
	CHECK_EQ(root_call(BH_HC_DISABLE, 1, 0), -BH_E_STATE);
	CHECK_REFUSED(root_call(BH_HC_DISABLE, 3, 0), BH_E_VALUE, BH_F_FUNCTION, 1);
	CHECK_EQ(root_call(BH_HC_DISABLE, 0, 0), 0);
	CHECK_REFUSED(fake_create(fake_cell_part(0)), BH_E_BUSY, BH_F_FUNCTION, 0);
	CHECK_REFUSED(root_call(BH_HC_LOCK, 0, 0), BH_E_BUSY, BH_F_FUNCTION, 0);
	CHECK_EQ(root_call(BH_HC_DISABLE, 2, 0), 0);
	CHECK_EQ(root_call(BH_HC_DISABLE, 1, 0), -BH_E_STATE);
	create(fake_cell_part(0));
	CHECK_EQ(fake_destroy(1), 0);
	percpu_of(1)->public.state = CPU_LOST;
	CHECK_REFUSED(root_call(BH_HC_DISABLE, 0, 0), BH_E_CPU_LOST, BH_F_CPUS, 1);
	percpu_of(1)->public.state = CPU_RUNNING;
	fake.kept = 8;
	CHECK_REFUSED(root_call(BH_HC_DISABLE, 0, 0), BH_E_CPU_KEPT, BH_F_CPUS, 3);
	create(fake_cell_part(0)); /* refused as a whole */
	CHECK_EQ(fake_destroy(1), 0);
	fake.kept = 0;
	CHECK_EQ(root_call(BH_HC_DISABLE, 0, 0), 0);
	CHECK_EQ(fake_hypercall(2, BH_HC_DISABLE, 1, 0), FAKE_GONE);
	/* A disable that stops here can only go on. */
	CHECK_REFUSED(root_call(BH_HC_DISABLE, 2, 0), BH_E_STATE, BH_F_FUNCTION, 1);
	CHECK_REFUSED(fake_create(fake_cell_part(0)), BH_E_BUSY, BH_F_FUNCTION, 0);
	for (unsigned i = 2; i-- > 0;)
		CHECK_EQ(fake_hypercall(i, BH_HC_DISABLE, 1, 0), FAKE_GONE);
	CHECK_EQ(fake.left, 7);
}

/* ---- a call during a call, while root writes the comm page ---- */

static bool interfere, break_off;
static int64_t nested;

static bool meddle(struct cell *cell, struct bh_refusal *r)
{
	(void)r;
	if (break_off && cell->id != BH_ROOT_CELL)
		fake_fault();
	if (!interfere || cell->id == BH_ROOT_CELL)
		return true;
	nested = hypercall(this_cpu(), BH_HC_MEMORY_STATUS, 0, 0);
	memset(comm, 0xff, sizeof(*comm));
	return true;
}

RESOURCE_CLASS(RANK_DOORBELL, meddler, .validate = meddle);

TEST(hypercall_reads_once_and_one_at_a_time)
{
	boot_for_cells();
	interfere = true;
	CHECK_EQ(create(fake_cell_part(0)), 1);
	CHECK_EQ(nested, -BH_E_BUSY);
	CHECK(!memcmp(cells[1]->config, fake_cell_part(0), fake_cell_part(0)->header.size));
	CHECK_EQ(comm->refusal.code, BH_OK);
	check_books();
}

TEST(hypercall_fault_in_a_management_call)
{
	fake_boot();
	take_from_root(0xc);
	create(fake_cell_part(0));
	break_off = true;
	CHECK_EQ(fake_create(fake_cell_part(1)), FAKE_GONE);
	CHECK_EQ(comm->refusal.code, BH_E_FAULT);
	/* No CPU is held or waits for a lock, and no later call builds on the half-done one. */
	break_off = false;
	fake_run(10);
	CHECK(fake_in_guest(0) && fake_in_guest(1));
	CHECK_EQ(status_of(1).state, BH_STATE_CREATED);
	CHECK_REFUSED(fake_create(fake_cell_part(1)), BH_E_LOCKED, BH_F_RIGHTS, 0);
	CHECK_EQ(fake_hypercall(1, BH_HC_MEMORY_STATUS, 0, 0), 0);
}

TEST(fault_with_a_lock)
{
	uint32_t lock = 0;

	fake_boot();
	cpu_lock(&lock);
	CHECK_EQ(lock, 0x10000);
	CHECK(!hypercall_abandon(this_cpu()));
	CHECK_EQ(lock, 0x10001); /* free: the next ticket is served */
	CHECK_EQ(fake_create(fake_cell_part(1)), -BH_E_CPU_ONLINE);
}

/* ---- enable ---- */

static void refused_enable(const struct bh_system_part *system, const struct bh_cell_part *root,
			   uint32_t code, uint32_t field)
{
	CHECK(!fake_boot_with(system, root));
	CHECK_EQ(fake_boot_params.refusal.code, code);
	CHECK_EQ(fake_boot_params.refusal.field, field);
}

TEST(enable_refuses)
{
	struct bh_system_part *system = fake_system_part();
	struct bh_cell_part *root = fake_root_part();

	root->regions[0].size += PAGE_SIZE; /* overlaps the hypervisor's memory */
	refused_enable(system, root, BH_E_OWNED, BH_F_REGION_PHYS);
	CHECK_EQ(fake_boot_params.refusal.value, FAKE_HYP);
	root = fake_root_part();
	root->cpus = 0x1f;
	refused_enable(system, root, BH_E_RANGE, BH_F_CPUS);
	root->cpus = 7; /* but CPU 3 enters, too */
	refused_enable(system, root, BH_E_MACHINE, BH_F_CPUS);
	CHECK_EQ(fake_boot_params.refusal.index, 3);
	root = fake_root_part();
	system->header.version = 0;
	refused_enable(system, root, BH_E_VERSION, BH_F_HEADER);
	system = fake_system_part();
	root->header.kind = BH_PART_CELL;
	refused_enable(system, root, BH_E_KIND, BH_F_HEADER);
	root = fake_root_part();
	fake.wrong_platform = true;
	refused_enable(system, root, BH_E_MACHINE, BH_F_PLATFORM);
}

static void check_page(paddr_t phys, unsigned expected)
{
	unsigned attrs;

	CHECK(pt_lookup(&root_cell()->s2, phys, NULL, &attrs));
	CHECK_EQ(attrs, expected);
}

TEST(enable_shows_root_its_pages_and_no_others)
{
	unsigned seen = 0;

	fake_boot();
	check_page(ptr_to_phys(&fake_boot_params), PT_READ);
	check_page(fake_boot_params.comm_phys, PT_READ | PT_WRITE);
	check_page(fake_boot_params.log_phys, PT_READ);
	check_page(fake_boot_params.stats_phys, PT_READ);
	check_page(fake_boot_params.rings_phys, PT_READ);
	CHECK_EQ(fake_boot_params.stats_size, PAGE_SIZE);
	for (paddr_t p = FAKE_HYP; p < FAKE_HYP + FAKE_HYP_SIZE; p += PAGE_SIZE)
		seen += pt_lookup(&root_cell()->s2, p, NULL, NULL);
	CHECK_EQ(seen, 5);
	check_page(FAKE_RAM, PT_READ | PT_WRITE | PT_EXECUTE);
	check_page(FAKE_DEVICES, PT_READ | PT_WRITE | PT_DEVICE);
	CHECK_EQ(status_of(0).cpus, 0xf);
	CHECK_EQ(status_of(0).cpus_on, 0xf);
}
