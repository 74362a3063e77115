// SPDX-License-Identifier: GPL-2.0
/* The memory class: ownership, shared memory, memory that leaves root and returns. */
#include "claims.h"

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
	REGION_REFUSED(FAKE_RAM, arch_phys_limit() - PAGE_SIZE, 2 * PAGE_SIZE, BH_REGION_RAM, RW,
		       BH_E_RANGE, BH_F_REGION_GUEST, arch_phys_limit() - PAGE_SIZE);
	fake_cell_part(0);
	{
		struct bh_cell_part *part = fake_cell_part(0);

		part->info_guest = arch_phys_limit();
		CREATE_REFUSED(part, BH_E_RANGE, BH_F_INFO_PAGE, 0, arch_phys_limit());
		part = fake_cell_part(0);
		part->console_guest = arch_phys_limit();
		CREATE_REFUSED(part, BH_E_RANGE, BH_F_CONSOLE, 0, arch_phys_limit());
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

		/* Across three regions of root, with the rights that all of them have. */
		add_region(part, cut - PAGE_SIZE, 0x80000000, MIB + 2 * PAGE_SIZE, BH_REGION_RAM,
			   BH_REGION_READ);
		CHECK_EQ(create(part), 1);
		check_books();
	}
}

/* Memory of this size leaves root and returns while the pool is empty: both must use whole
 * leaves. */
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

/* Returns the config of cell n (0 or 1), whose memory is one half of a superpage of root. */
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
	before = fake_pt_pages(&root_cell()->s2);
	a = create(half(0));
	b = create(half(1));
	CHECK_EQ(root_call(BH_HC_CELL_LOAD, a, 0), 0);
	CHECK_EQ(fake_destroy(b), 0);
	CHECK_EQ(fake_pt_pages(&root_cell()->s2), before); /* one superpage again */
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
	CHECK_EQ(fake_pt_pages(&root_cell()->s2), before);
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
	fake_guest_write(0x90000000, 8, 1); /* the region is read-only for this cell */
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
	CHECK_EQ(*(uint64_t *)fake_ram(cut), 0x5eed); /* the other cell may use it */
	CHECK_EQ(((uint64_t *)fake_ram(cut + PAGE_SIZE))[1], 0);
	CHECK_EQ(fake_destroy(b), 0);
	CHECK_EQ(*(uint64_t *)fake_ram(cut), 0);
	check_same(&before);
}

/* Two cells that are destroyed in alternating calls: the memory is wiped all the same. */
TEST(memory_shared_by_two_that_end)
{
	paddr_t cut = FAKE_CELL_RAM(2);
	int64_t results[2] = { -BH_E_AGAIN, -BH_E_AGAIN };
	uint32_t ids[2];

	boot_with_cut(cut, cut + MIB, BH_REGION_SHARED, BH_REGION_READ);
	for (unsigned i = 0; i < 2; i++) {
		struct bh_cell_part *part = fake_cell_part(i);

		add_region(part, cut, 0x80000000, PAGE_SIZE, BH_REGION_SHARED, RW);
		ids[i] = create(part);
	}
	*(uint64_t *)fake_ram(cut) = 0x5eed;
	while (results[0] || results[1]) {
		for (unsigned i = 0; i < 2; i++)
			if (results[i])
				results[i] = root_call(BH_HC_CELL_DESTROY, ids[i], 0);
	}
	CHECK_EQ(*(uint64_t *)fake_ram(cut), 0);
	check_books();
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
