// SPDX-License-Identifier: GPL-2.0
/* Resource classes: who may have what, and that a refusal leaves no trace. */
#include "life.h"
#include <hyp/console.h>

#define RW (BH_REGION_READ | BH_REGION_WRITE)
#define MIB 0x100000ull

/* One more class, linked after the others: refuses, or looks around at the end. */
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
	CHECK(!pt_lookup(&cell->s2, FAKE_RAM, NULL, NULL)); /* unmapped, so that TLBs know */
	last.released++;
}

RESOURCE_CLASS(last_class, .name = "last", .validate = last_validate, .grant = last_grant,
	       .revoke = last_revoke, .release = last_release);

static struct bh_region *add_region(struct bh_cell_part *c, paddr_t phys, uint64_t guest,
				    uint64_t size, uint32_t type, uint32_t flags)
{
	struct bh_region *region = &c->regions[c->n_regions];

	memmove(region + 1, region, c->n_irqs * sizeof(struct bh_irq_range));
	*region = (struct bh_region){ phys, guest, size, type, flags };
	c->n_regions++;
	c->header.size += sizeof(*region);
	return region;
}

/* Root's RAM cut at these addresses; the second piece is of that type and has those rights. */
static void boot_with_cut(paddr_t from, paddr_t to, uint32_t type, uint32_t flags)
{
	struct bh_cell_part *root = fake_root_part();
	uint64_t end = root->regions[0].phys + root->regions[0].size;

	root->regions[0].size = from - FAKE_RAM;
	add_region(root, from, from, to - from, type, flags);
	add_region(root, to, to, end - to, BH_REGION_RAM, RW | BH_REGION_EXECUTE);
	CHECK(fake_boot_with(fake_system_part(), root));
	take_from_root(0xe);
}

/* Refused with these words, and nothing changed. */
#define CREATE_REFUSED(part, c, f, i, v)                   \
	do {                                               \
		struct picture picture = take_picture();   \
		CHECK_REFUSED(fake_create(part), c, f, i); \
		CHECK_EQ(comm->refusal.value, v);          \
		check_same(&picture);                      \
	} while (0)

#define REGION_REFUSED(phys, guest, size, type, flags, c, f, v) \
	do {                                                    \
		struct bh_cell_part *p = fake_cell_part(0);     \
		add_region(p, phys, guest, size, type, flags);  \
		CREATE_REFUSED(p, c, f, 1, v);                  \
	} while (0)

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

/* With fewer and fewer pages in the pool: a cell, or no trace. Once made, its life needs none. */
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

/* ---- memory ---- */

TEST(memory_outside_root)
{
	paddr_t hole = FAKE_RAM - PAGE_SIZE;

	boot_for_cells();
	REGION_REFUSED(hole, 0x80000000, PAGE_SIZE, BH_REGION_RAM, RW, BH_E_NOT_ROOT,
		       BH_F_REGION_PHYS, hole);
	REGION_REFUSED(hole, 0x80000000, 2 * PAGE_SIZE, BH_REGION_RAM, RW, BH_E_NOT_ROOT,
		       BH_F_REGION_PHYS, hole);
	REGION_REFUSED(FAKE_DEVICES + FAKE_DEVICES_SIZE - PAGE_SIZE, 0x80000000, 2 * PAGE_SIZE,
		       BH_REGION_MMIO, RW, BH_E_NOT_ROOT, BH_F_REGION_PHYS,
		       FAKE_DEVICES + FAKE_DEVICES_SIZE);
	REGION_REFUSED(FAKE_DEVICES, 0x80000000, PAGE_SIZE, BH_REGION_RAM, RW, BH_E_NOT_ROOT,
		       BH_F_REGION_PHYS, FAKE_DEVICES);
	REGION_REFUSED(FAKE_RAM, 0x80000000, PAGE_SIZE, BH_REGION_MMIO, RW, BH_E_NOT_ROOT,
		       BH_F_REGION_PHYS, FAKE_RAM);
	REGION_REFUSED(FAKE_RAM, 0x80000000, PAGE_SIZE, BH_REGION_SHARED, RW, BH_E_NOT_SHARED,
		       BH_F_REGION_PHYS, FAKE_RAM);
}

TEST(memory_of_the_hypervisor)
{
	paddr_t below = FAKE_HYP - PAGE_SIZE;

	boot_for_cells();
	REGION_REFUSED(FAKE_HYP, 0x80000000, PAGE_SIZE, BH_REGION_RAM, RW, BH_E_OWNED,
		       BH_F_REGION_PHYS, FAKE_HYP);
	CHECK_EQ(comm->refusal.owner, BH_OWNER_HYPERVISOR);
	REGION_REFUSED(below, 0x80000000, FAKE_HYP_SIZE + 2 * PAGE_SIZE, BH_REGION_RAM, RW,
		       BH_E_OWNED, BH_F_REGION_PHYS, FAKE_HYP);
	REGION_REFUSED(FAKE_HYP + FAKE_HYP_SIZE - PAGE_SIZE, 0x80000000, PAGE_SIZE,
		       BH_REGION_SHARED, RW, BH_E_OWNED, BH_F_REGION_PHYS,
		       FAKE_HYP + FAKE_HYP_SIZE - PAGE_SIZE);
	REGION_REFUSED(FAKE_HYP, 0x80000000, PAGE_SIZE, BH_REGION_MMIO, RW, BH_E_OWNED,
		       BH_F_REGION_PHYS, FAKE_HYP);
}

TEST(memory_beyond_the_limits)
{
	boot_for_cells();
	REGION_REFUSED(1ull << 40, 0x80000000, PAGE_SIZE, BH_REGION_RAM, RW, BH_E_RANGE,
		       BH_F_REGION_PHYS, 1ull << 40);
	REGION_REFUSED(FAKE_RAM, arch_guest_limit() - PAGE_SIZE, 2 * PAGE_SIZE, BH_REGION_RAM, RW,
		       BH_E_RANGE, BH_F_REGION_GUEST, arch_guest_limit() - PAGE_SIZE);
	fake_cell_part(0);
	{
		struct bh_cell_part *part = fake_cell_part(0);

		part->info_guest = arch_guest_limit();
		CREATE_REFUSED(part, BH_E_RANGE, BH_F_INFO_PAGE, 0, arch_guest_limit());
		part = fake_cell_part(0);
		part->console_guest = arch_guest_limit();
		CREATE_REFUSED(part, BH_E_RANGE, BH_F_CONSOLE, 0, arch_guest_limit());
	}
}

TEST(memory_of_another_cell)
{
	struct bh_cell_part *part;
	paddr_t theirs = FAKE_CELL_RAM(1), kept = FAKE_CELL_RAM(1) + FAKE_CELL_RAM_SIZE;

	boot_for_cells();
	part = fake_cell_part(1);
	part->image_phys = kept;
	part->image_size = FAKE_CELL_RAM_SIZE;
	add_region(part, FAKE_DEVICES, FAKE_DEVICES, PAGE_SIZE, BH_REGION_MMIO, RW);
	CHECK_EQ(create(part), 1);
	REGION_REFUSED(theirs - PAGE_SIZE, 0x80000000, 2 * PAGE_SIZE, BH_REGION_RAM, RW, BH_E_OWNED,
		       BH_F_REGION_PHYS, theirs);
	CHECK_EQ(comm->refusal.owner, 1);
	REGION_REFUSED(kept + PAGE_SIZE, 0x80000000, PAGE_SIZE, BH_REGION_RAM, RW, BH_E_OWNED,
		       BH_F_REGION_PHYS, kept + PAGE_SIZE);
	REGION_REFUSED(kept + PAGE_SIZE, 0x80000000, PAGE_SIZE, BH_REGION_SHARED, RW, BH_E_OWNED,
		       BH_F_REGION_PHYS, kept + PAGE_SIZE);
	REGION_REFUSED(FAKE_DEVICES, 0x80000000, PAGE_SIZE, BH_REGION_MMIO, RW, BH_E_OWNED,
		       BH_F_REGION_PHYS, FAKE_DEVICES);
	part = fake_cell_part(0);
	part->image_phys = theirs;
	part->image_size = FAKE_CELL_RAM_SIZE;
	CREATE_REFUSED(part, BH_E_OWNED, BH_F_IMAGE, 0, theirs);
	CHECK_EQ(fake_destroy(1), 0);
	CHECK_EQ(create(part), 1);
	check_books();
}

TEST(memory_that_must_stay_in_root)
{
	struct bh_cell_part *part = fake_cell_part(0);

	boot_for_cells();
	fake.pinned = FAKE_CELL_RAM(0) + 0x5000;
	CREATE_REFUSED(part, BH_E_LPI, BH_F_REGION_PHYS, 0, fake.pinned);
	fake.pinned = FAKE_CELL_RAM(0) + FAKE_CELL_RAM_SIZE;
	part->image_phys = fake.pinned;
	part->image_size = FAKE_CELL_RAM_SIZE;
	CREATE_REFUSED(part, BH_E_LPI, BH_F_IMAGE, 0, fake.pinned);
}

TEST(memory_rights_come_from_root)
{
	paddr_t cut = FAKE_CELL_RAM(2);

	boot_with_cut(cut, cut + MIB, BH_REGION_RAM, BH_REGION_READ);
	REGION_REFUSED(cut, 0x80000000, PAGE_SIZE, BH_REGION_RAM, RW, BH_E_NOT_ROOT,
		       BH_F_REGION_FLAGS, RW);
	REGION_REFUSED(cut - PAGE_SIZE, 0x80000000, 2 * PAGE_SIZE, BH_REGION_RAM, RW, BH_E_NOT_ROOT,
		       BH_F_REGION_FLAGS, RW);
	{
		struct bh_cell_part *part = fake_cell_part(0);

		/* Across three regions of root, with what all of them allow. */
		add_region(part, cut - PAGE_SIZE, 0x80000000, MIB + 2 * PAGE_SIZE, BH_REGION_RAM,
			   BH_REGION_READ);
		CHECK_EQ(create(part), 1);
		check_books();
	}
}

/* What root has comes and goes as a whole, with no page to spare. */
static void come_and_go(uint64_t size)
{
	struct bh_cell_part *part = fake_cell_part(0);
	struct page_reserve hoard = { 0 };
	struct picture before;
	uint32_t id;

	part->regions[0].phys = FAKE_RAM;
	part->regions[0].size = size;
	fake_destroy(create(part));
	before = take_picture();
	id = create(part);
	CHECK(reserve_grow(&hoard, pool_pages() - pool_pages_used()));
	CHECK_EQ(root_call(BH_HC_CELL_LOAD, id, 0), 0);
	CHECK_EQ(start(id, ""), 0);
	CHECK_EQ(root_call(BH_HC_CELL_SHUTDOWN, id, 1), 0);
	CHECK_EQ(root_call(BH_HC_CELL_LOAD, id, 0), 0);
	CHECK_EQ(fake_destroy(id), 0);
	reserve_release(&hoard);
	check_same(&before);
}

TEST(memory_of_alike_regions_is_one_run)
{
	boot_with_cut(FAKE_RAM + MIB, FAKE_RAM + 3 * MIB, BH_REGION_RAM, RW | BH_REGION_EXECUTE);
	come_and_go(2 * MIB);
	come_and_go(8 * MIB);
	come_and_go(MIB + PAGE_SIZE);
}

TEST(memory_of_unlike_regions)
{
	boot_with_cut(FAKE_RAM + MIB, FAKE_RAM + 3 * MIB, BH_REGION_RAM,
		      BH_REGION_READ | BH_REGION_EXECUTE);
	{
		struct bh_cell_part *part = fake_cell_part(0);
		struct picture before;

		part->regions[0].phys = FAKE_RAM;
		part->regions[0].size = 4 * MIB;
		part->regions[0].flags &= ~BH_REGION_WRITE;
		fake_destroy(create(part));
		before = take_picture();
		for (unsigned i = 0; i < 5; i++)
			CHECK_EQ(fake_destroy(create(part)), 0);
		check_same(&before);
	}
}

/* Two cells in one superpage of root. */
static struct bh_cell_part *half(unsigned n)
{
	struct bh_cell_part *part = fake_cell_part(n);

	part->regions[0].phys = FAKE_RAM + n * MIB;
	part->regions[0].size = MIB;
	return part;
}

TEST(memory_open_region_merged_by_a_neighbour)
{
	struct page_reserve hoard = { 0 };
	uint32_t a, b;
	size_t before;

	boot_for_cells();
	fake_destroy(create(half(0)));
	before = pt_pages(&root_cell()->s2);
	a = create(half(0));
	b = create(half(1));
	CHECK_EQ(root_call(BH_HC_CELL_LOAD, a, 0), 0);
	CHECK_EQ(fake_destroy(b), 0);
	CHECK_EQ(pt_pages(&root_cell()->s2), before); /* one superpage again */
	CHECK(reserve_grow(&hoard, pool_pages() - pool_pages_used()));
	CHECK_REFUSED(start(a, ""), BH_E_NO_MEMORY, BH_F_POOL, 0);
	CHECK_EQ(status_of(a).state, BH_STATE_CREATED);
	reserve_release(&hoard);
	check_books();
	CHECK_EQ(start(a, ""), 0);
	check_books();
	CHECK_EQ(root_call(BH_HC_CELL_SHUTDOWN, a, 1), 0);
	CHECK_EQ(root_call(BH_HC_CELL_LOAD, a, 0), 0);
	CHECK_EQ(fake_destroy(a), 0);
	CHECK_EQ(pt_pages(&root_cell()->s2), before);
	check_books();
}

TEST(memory_small_pages)
{
	struct bh_cell_part *part = fake_cell_part(0);
	uint32_t large, small;

	boot_for_cells();
	create(part);
	large = status_of(1).memory_bytes;
	fake_destroy(1);
	part->regions[0].flags |= BH_REGION_SMALL_PAGES;
	create(part);
	small = status_of(1).memory_bytes;
	CHECK_EQ(small, large + PAGE_SIZE);
	check_books();
}

/* ---- shared memory ---- */

static uint64_t received;

static void send(struct percpu *cpu)
{
	(void)cpu;
	CHECK(fake_guest_write(0x80000000, 8, 0x5eed));
}

static void receive(struct percpu *cpu)
{
	(void)cpu;
	while (!received) {
		CHECK(fake_guest_read(0x90000000, 8, &received));
		fake_yield();
	}
	fake_guest_write(0x90000000, 8, 1); /* its side is read only */
	test_fail(__FILE__, __LINE__, "wrote");
}

TEST(memory_shared)
{
	paddr_t cut = FAKE_CELL_RAM(2);
	struct bh_cell_part *part = fake_cell_part(0);
	struct picture before;
	uint32_t a, b;

	boot_with_cut(cut, cut + MIB, BH_REGION_SHARED, BH_REGION_READ);
	CHECK_EQ(fake_destroy(create(fake_cell_part(0))), 0);
	before = take_picture();
	REGION_REFUSED(cut, 0x80000000, PAGE_SIZE, BH_REGION_RAM, RW, BH_E_NOT_ROOT,
		       BH_F_REGION_PHYS, cut);
	REGION_REFUSED(cut + MIB - PAGE_SIZE, 0x80000000, 2 * PAGE_SIZE, BH_REGION_SHARED, RW,
		       BH_E_NOT_SHARED, BH_F_REGION_PHYS, cut + MIB);
	part = fake_cell_part(0);
	add_region(part, cut, 0x80000000, 2 * PAGE_SIZE, BH_REGION_SHARED, RW);
	a = create(part);
	part = fake_cell_part(1);
	add_region(part, cut, 0x90000000, PAGE_SIZE, BH_REGION_SHARED, BH_REGION_READ);
	b = create(part);
	fake_set_guest(3, send);
	fake_set_guest(2, receive);
	CHECK_EQ(start(b, ""), 0);
	CHECK_EQ(start(a, ""), 0);
	fake_run(50);
	CHECK_EQ(received, 0x5eed);
	CHECK_EQ(*(uint64_t *)fake_ram(cut), 0x5eed);
	CHECK_EQ(status_of(a).state, BH_STATE_RUNNING);
	CHECK_EQ(status_of(b).failure.fault_ipa, 0x90000000);
	check_books();
	CHECK_EQ(root_call(BH_HC_CELL_SHUTDOWN, a, 1), 0);
	CHECK_EQ(fake_destroy(a), 0);
	CHECK_EQ(fake_destroy(b), 0);
	CHECK_EQ(*(uint64_t *)fake_ram(cut), 0x5eed); /* not wiped */
	check_same(&before);
}

TEST(memory_shared_that_root_cannot_reach)
{
	paddr_t cut = FAKE_CELL_RAM(2);
	struct bh_cell_part *part = fake_cell_part(0);

	boot_with_cut(cut, cut + MIB, BH_REGION_SHARED, 0);
	CHECK(!pt_lookup(&root_cell()->s2, cut, NULL, NULL));
	add_region(part, cut, 0x80000000, MIB, BH_REGION_SHARED, RW);
	create(part);
	check_books();
	CHECK(pt_lookup(&cells[1]->s2, 0x80000000, NULL, NULL));
	CHECK(!pt_lookup(&root_cell()->s2, cut, NULL, NULL));
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

/* ---- root is held while what it has changes ---- */

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
	CHECK_EQ(start(id, ""), 0); /* it was not open: nothing changes in root */
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
	CHECK_EQ(ring->out_head, 10); /* the ring goes on */
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
