// SPDX-License-Identifier: GPL-2.0
/* Resource classes: refusals without effect, their order, root held; CPUs, console, info page. */
#include "claims.h"

/* A resource class of the last rank. A test makes it refuse, or run a check. */
static struct {
	bool refuses;
	void (*looks)(struct cell *cell);
	unsigned granted, revoked, released;
} last;

static bool last_validate(struct cell *cell, struct bh_refusal *r)
{
	if (last.looks)
		last.looks(cell);
	return last.refuses ? refuse(r, BH_E_UNSUPPORTED, BH_F_FLAGS, 5, 0) : true;
}

static void last_grant(struct cell *cell)
{
	last.granted += !!cell->id;
}

static void last_revoke(struct cell *cell)
{
	(void)cell;
	last.revoked++;
}

static void last_release(struct cell *cell)
{
	CHECK(!pt_lookup(&cell->s2, FAKE_RAM, NULL, NULL)); /* gone, also from the TLBs */
	last.released++;
}

RESOURCE_CLASS("99", last_class, .validate = last_validate, .grant = last_grant,
	       .revoke = last_revoke, .release = last_release);

TEST(resources_refusal_by_the_last_class)
{
	struct picture before;

	boot_for_cells();
	last.refuses = true;
	before = take_picture();
	CHECK_REFUSED(fake_create(fake_cell_part(0)), BH_E_UNSUPPORTED, BH_F_FLAGS, 5);
	check_same(&before);
	CHECK_EQ(last.granted, 0);
	CHECK_EQ(last.released, 1);
	last.refuses = false;
	fake_destroy(create(fake_cell_part(0)));
	CHECK_EQ(last.granted, 1);
	CHECK_EQ(last.revoked, 1);
	CHECK_EQ(last.released, 2);
}

/* ---- the order of classes ---- */

/* The ranks called for the test's cell, in order. */
static struct {
	bool on;
	unsigned n;
	char ranks[16];
} calls;

static bool note(const struct cell *cell, char rank)
{
	bool on = calls.on && cell->id != BH_ROOT_CELL && calls.n < sizeof(calls.ranks) - 1;

	if (on)
		calls.ranks[calls.n++] = rank;
	return on;
}

static bool has_ram(const struct cell *cell, uint64_t at)
{
	return pt_lookup(&cell->s2, at, NULL, NULL);
}

/* Rank 35, where an IOMMU's tables of the cell are: it runs while the cell has its memory. */
static void after_memory(struct cell *cell)
{
	if (note(cell, '3'))
		CHECK(has_ram(cell, FAKE_RAM) && !has_ram(root_cell(), FAKE_CELL_RAM(0)));
}

/* Rank 25, where an IOMMU's tables of root are: it runs while root has the memory. */
static void before_memory(struct cell *cell)
{
	if (note(cell, '2'))
		CHECK(!has_ram(cell, FAKE_RAM) && has_ram(root_cell(), FAKE_CELL_RAM(0)));
}

static void first(struct cell *cell)
{
	note(cell, '1');
}

static bool validate_first(struct cell *cell, struct bh_refusal *r)
{
	(void)r;
	first(cell);
	return true;
}

static bool validate_before_memory(struct cell *cell, struct bh_refusal *r)
{
	(void)r;
	before_memory(cell);
	return true;
}

/* Classes are declared in descending order of rank, so the order of linking alone would be
 * wrong. */
RESOURCE_CLASS("35", after_memory_class, .grant = after_memory, .revoke = after_memory);
RESOURCE_CLASS("25", before_memory_class, .validate = validate_before_memory,
	       .grant = before_memory, .revoke = before_memory);
RESOURCE_CLASS("10", first_class, .validate = validate_first, .grant = first, .revoke = first,
	       .reset = first, .release = first);

TEST(resources_run_by_rank)
{
	uint32_t id;

	boot_for_cells();
	calls.on = true;
	id = create(fake_cell_part(0));
	CHECK_EQ(strcmp(calls.ranks, "12"
				     "123"),
		 0); /* validate, grant */
	calls.n = 0;
	memset(calls.ranks, 0, sizeof(calls.ranks));
	CHECK_EQ(start(id, ""), 0);
	CHECK_EQ(root_call(BH_HC_CELL_SHUTDOWN, id, 1), 0);
	CHECK_EQ(fake_destroy(id), 0);
	CHECK_EQ(strcmp(calls.ranks, "11"
				     "321"
				     "1"),
		 0); /* two resets, revoke, release */
}

/* With any number of free pages, creation succeeds or has no effect; a created cell needs no more
 * pages for the rest of its life. */
TEST(resources_any_lack_of_pages)
{
	struct picture before;
	unsigned made = 0, refused = 0;

	boot_for_cells();
	fake_destroy(create(fake_cell_part(0)));
	for (size_t left = 0; left < 40; left++) {
		struct page_reserve hoard = { 0 };
		int64_t id;

		CHECK(reserve_grow(&hoard, pool_pages() - pool_pages_used() - left));
		before = take_picture();
		id = fake_create(fake_cell_part(0));
		if (id > 0) {
			CHECK(reserve_grow(&hoard, pool_pages() - pool_pages_used()));
			CHECK_EQ(root_call(BH_HC_CELL_LOAD, (uint64_t)id, 0), 0);
			CHECK_EQ(start((uint32_t)id, ""), 0);
			CHECK_EQ(root_call(BH_HC_CELL_SHUTDOWN, (uint64_t)id, 1), 0);
			CHECK_EQ(fake_destroy((uint32_t)id), 0);
			made++;
		} else {
			CHECK_EQ(comm->refusal.code, BH_E_NO_MEMORY);
			CHECK_EQ(comm->refusal.field, BH_F_POOL);
			check_same(&before);
			refused++;
		}
		reserve_release(&hoard);
	}
	CHECK(made > 5 && refused > 5);
}

/* ---- CPUs ---- */

TEST(cpus_that_cannot_be_given)
{
	struct bh_cell_part *part = fake_cell_part(0);

	fake_boot();
	CREATE_REFUSED(part, BH_E_CPU_ONLINE, BH_F_CPUS, 3, 3);
	CHECK_EQ(comm->refusal.owner, BH_ROOT_CELL);
	take_from_root(0xe);
	part->cpus = 0x18;
	CREATE_REFUSED(part, BH_E_RANGE, BH_F_CPUS, 4, 4);
	part->cpus = 0xf;
	CREATE_REFUSED(part, BH_E_CPU_ONLINE, BH_F_CPUS, 0, 0);
	part->cpus = 8;
	fake.stays_in_root = 8;
	CREATE_REFUSED(part, BH_E_LPI, BH_F_CPUS, 3, 3);
	fake.stays_in_root = 0;
	percpu_of(3)->public.state = CPU_LOST;
	CREATE_REFUSED(part, BH_E_CPU_LOST, BH_F_CPUS, 3, 3);
	percpu_of(3)->public.state = CPU_OFF;
	CHECK_EQ(create(part), 1);
	part = fake_cell_part(1);
	part->cpus = 0xc;
	CREATE_REFUSED(part, BH_E_OWNED, BH_F_CPUS, 3, 3);
	CHECK_EQ(comm->refusal.owner, 1);
}

TEST(cpus_still_on_in_firmware)
{
	fake_boot();
	fake.slow_off = 8;
	take_from_root(0xe);
	CHECK_REFUSED(fake_create(fake_cell_part(0)), BH_E_CPU_ONLINE, BH_F_CPUS, 3);
	while (!arch_cpu_is_off(percpu_of(3)))
		;
	CHECK_EQ(create(fake_cell_part(0)), 1);
}

/* ---- root is held while its resources change ---- */

static unsigned held;

static void count_held(struct cell *cell)
{
	(void)cell;
	for (unsigned i = 1; i < FAKE_CPUS; i++)
		held += percpu_of(i)->public.state == CPU_RUNNING && !fake_in_guest(i);
}

TEST(root_is_held_during_create)
{
	fake_boot();
	take_from_root(8);
	last.looks = count_held;
	CHECK_EQ(create(fake_cell_part(0)), 1);
	CHECK_EQ(held, 2);
	fake_run(3);
	CHECK(fake_in_guest(1) && fake_in_guest(2));
	CHECK_EQ(fake_destroy(1), 0);
	CHECK_EQ(create(fake_cell_part(0)), 1);
	CHECK_EQ(held, 4);
}

TEST(root_cpu_that_cannot_be_held)
{
	struct picture before;
	uint32_t id;

	fake_boot();
	take_from_root(8);
	fake_destroy(create(fake_cell_part(0)));
	before = take_picture();
	fake.dead = 4;
	CHECK_REFUSED(fake_create(fake_cell_part(0)), BH_E_CPU_LOST, BH_F_CPUS, 2);
	check_same(&before);
	fake.dead = 0;
	id = create(fake_cell_part(0));
	fake.dead = 4;
	CHECK_REFUSED(root_call(BH_HC_CELL_LOAD, id, 0), BH_E_CPU_LOST, BH_F_CPUS, 2);
	CHECK_EQ(start(id, ""), 0); /* the cell was not open: nothing changes in root */
	CHECK_EQ(root_call(BH_HC_CELL_SHUTDOWN, id, 1), 0);
	CHECK_REFUSED(fake_destroy(id), BH_E_CPU_LOST, BH_F_CPUS, 2);
	CHECK_EQ(status_of(id).state, BH_STATE_WIPING);
	fake.dead = 0;
	CHECK_EQ(fake_destroy(id), 0);
	check_same(&before);
	fake_run(3);
	CHECK(fake_in_guest(1) && fake_in_guest(2));
}

/* ---- console and info page ---- */

static void print(struct percpu *cpu)
{
	uint64_t value;

	(void)cpu;
	CHECK(fake_guest_read(0x0b000000, 4, &value));
	CHECK_EQ(value, BH_INFO_MAGIC);
	for (const char *c = "hello"; *c; c++)
		CHECK(fake_guest_write(0x09000000, 4, (uint8_t)*c));
	fake_guest_write(0x0b000000, 4, 0);
	test_fail(__FILE__, __LINE__, "the info page is writable");
}

TEST(console_and_info_page)
{
	struct bh_console *ring;
	unsigned attrs;
	uint32_t id;
	paddr_t phys;

	boot_for_cells();
	id = create(fake_cell_part(0));
	phys = status_of(id).console_phys;
	CHECK(phys && range_contains(FAKE_HYP, FAKE_HYP_SIZE, phys, BH_CONSOLE_BYTES));
	for (unsigned i = 0; i < 2; i++) {
		CHECK(pt_lookup(&root_cell()->s2, phys + i * PAGE_SIZE, NULL, &attrs));
		CHECK_EQ(attrs, PT_READ | PT_WRITE);
	}
	CHECK(!pt_lookup(&root_cell()->s2, ptr_to_phys(cells[id]->info), NULL, NULL));
	fake_set_guest(3, print);
	CHECK_EQ(start(id, ""), 0);
	fake_run(30);
	ring = fake_ram(phys);
	CHECK_EQ(ring->magic, BH_CONSOLE_MAGIC);
	CHECK_EQ(ring->out_head, 5);
	CHECK(!memcmp(ring->out, "hello", 5));
	CHECK_EQ(status_of(id).failure.fault_ipa, 0x0b000000);
	CHECK_EQ(start(id, ""), 0);
	fake_run(30);
	CHECK_EQ(ring->out_head, 10); /* the ring keeps its content */
	CHECK_EQ(fake_destroy(id), 0);
	CHECK(!pt_lookup(&root_cell()->s2, phys, NULL, NULL));
}

TEST(console_none)
{
	struct bh_cell_part *part = fake_cell_part(0);

	boot_for_cells();
	part->console_kind = BH_CONSOLE_NONE;
	part->console_guest = part->console_irq = 0;
	create(part);
	CHECK_EQ(status_of(1).console_phys, 0);
	CHECK_EQ(root_call(BH_HC_CONSOLE_INPUT, 1, 0), 0);
	CHECK_EQ(start(1, ""), 0);
}
