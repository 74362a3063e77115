// SPDX-License-Identifier: GPL-2.0
/* Named shared regions and their doorbells. */
#include "guests.h"
#include "messages.h"
#include <hyp/decode.h>
#include <hyp/shared.h>

#define MEMORY FAKE_CELL_RAM(2)
#define PIECE 0x10000u
#define RW (BH_REGION_READ | BH_REGION_WRITE)

/* Call after regions and interrupts were added: these entries follow them. */
static struct bh_shared *name_region(struct bh_cell_part *part, const char *name, uint32_t region,
				     uint16_t irq, uint32_t flags)
{
	struct bh_shared *shared = (struct bh_shared *)&bh_cell_shared(part)[part->n_shared++];

	*shared = (struct bh_shared){ .region = (uint16_t)region, .irq = irq, .flags = flags };
	strcpy(shared->name, name);
	part->header.size += sizeof(*shared);
	return shared;
}

/* Add the n-th PIECE of MEMORY to a config as a shared region, in front of the interrupts. Returns
 * the region's index. */
static uint32_t add_piece(struct bh_cell_part *part, unsigned n, uint64_t guest)
{
	struct bh_region *region = &part->regions[part->n_regions];

	memmove(region + 1, region, part->n_irqs * sizeof(struct bh_range));
	*region = (struct bh_region){ MEMORY + n * PIECE, guest, PIECE, BH_REGION_SHARED, RW };
	part->header.size += sizeof(*region);
	return part->n_regions++;
}

static struct bh_cell_part *root_with_two(void)
{
	struct bh_cell_part *root = fake_root_part();
	struct bh_region *ram = &root->regions[0];
	uint64_t end = ram->phys + ram->size;
	uint32_t a, b, high = root->n_regions;
	struct bh_region *region = &root->regions[high];

	memmove(region + 1, region, root->n_irqs * sizeof(struct bh_range));
	*region = *ram;
	region->phys = region->guest = MEMORY + 2 * PIECE;
	region->size = end - region->phys;
	ram->size = MEMORY - ram->phys;
	root->header.size += sizeof(*region);
	root->n_regions++;
	a = add_piece(root, 0, MEMORY);
	b = add_piece(root, 1, MEMORY + PIECE);
	name_region(root, "first", a, 0, BH_SHARED_RING | BH_SHARED_LISTEN);
	name_region(root, "second", b, 0, 0);
	return root;
}

static void boot_with_two(void)
{
	CHECK(fake_boot_with(fake_system_part(), root_with_two()));
	take_from_root(0xe);
}

/* Returns the config of cell n, which shares "first" and "second" with other cells. */
static struct bh_cell_part *party(unsigned n, uint32_t flags)
{
	struct bh_cell_part *part = fake_cell_part(n);
	uint32_t second = add_piece(part, 1, 0x90000000), first = add_piece(part, 0, 0x80000000);

	/* In another order than root's. */
	name_region(part, "second", second, (uint16_t)FAKE_CELL_IRQ(n), flags);
	name_region(part, "first", first, (uint16_t)FAKE_CELL_IRQ(n), flags);
	return part;
}

static int64_t ring(unsigned cpu, uint64_t index)
{
	return fake_hypercall(cpu, BH_HC_RING, index, 0);
}

static int64_t answers[4];

static void ring_all(struct percpu *cpu)
{
	(void)cpu;
	for (unsigned i = 0; i < 3; i++)
		answers[i] = fake_guest_hypercall(BH_HC_RING, i, 0);
	answers[3] = fake_guest_hypercall(BH_HC_RING, UINT64_MAX, 0);
}

static uint32_t rung_by(uint32_t id, unsigned link)
{
	return rings->of[id].rung[link];
}

TEST(shared_ring_reaches_all_others)
{
	uint32_t bells, a, b;

	boot_with_two();
	a = create(party(0, BH_SHARED_RING));
	b = create(party(1, 0));
	fake_set_guest(3, ring_all);
	bells = fake.doorbells;
	CHECK_EQ(start(a, ""), 0);
	fake_run(20);
	CHECK_EQ(answers[0], 1); /* "second": root does not listen */
	CHECK_EQ(answers[1], 2);
	CHECK_EQ(answers[2], -BH_E_RANGE);
	CHECK_EQ(answers[3], -BH_E_RANGE);
	CHECK_EQ(fake.irqs[FAKE_CELL_IRQ(1)], 2);
	CHECK_EQ(fake.irqs[FAKE_CELL_IRQ(0)], 0);
	CHECK_EQ(rung_by(a, 0), 1);
	CHECK_EQ(rung_by(a, 1), 0);
	CHECK(fake.doorbells > bells);
	CHECK_EQ(ring(0, 0), 2);
	CHECK_EQ(fake.irqs[FAKE_CELL_IRQ(0)], 1);
	CHECK_EQ(fake.irqs[FAKE_CELL_IRQ(1)], 3);
	CHECK_EQ(rung_by(0, 0), 0); /* the caller itself is not rung */
	check_books();
	CHECK_EQ(root_call(BH_HC_CELL_SHUTDOWN, a, 1), 0);
	CHECK_EQ(fake_destroy(a), 0);
	CHECK_EQ(ring(0, 0), 1);
	CHECK_EQ(fake_destroy(b), 0);
	CHECK_EQ(ring(0, 0), 0);
	CHECK_EQ(fake.irqs[FAKE_CELL_IRQ(0)], 1);
	check_books();
}

TEST(shared_ring_needs_the_right)
{
	const struct bh_message *m;
	uint32_t id;

	boot_with_two();
	id = create(party(0, 0));
	fake_set_guest(3, ring_all);
	CHECK_EQ(start(id, ""), 0);
	fake_run(20);
	CHECK_EQ(answers[0], -BH_E_PERMISSION);
	CHECK_EQ(answers[1], -BH_E_PERMISSION);
	CHECK_EQ(rung_by(id, 0), 0);
	CHECK_EQ(ring(0, 1), -BH_E_PERMISSION);
	CHECK_EQ(ring(0, 2), -BH_E_RANGE);
	m = message_at(message_log->head - 1);
	CHECK_EQ(m->code, BH_MSG_REFUSED);
	CHECK_EQ(m->v[0], BH_E_RANGE);
	CHECK_EQ(m->v[1], (uint64_t)BH_F_SHARED << 32);
	CHECK_EQ(m->v[2], 2);
}

/* Ringing does not wait, not even for a management call in progress. */
TEST(shared_ring_after_lock)
{
	boot_with_two();
	create(party(0, 0));
	CHECK_EQ(root_call(BH_HC_LOCK, 0, 0), 0);
	CHECK_EQ(ring(0, 0), 1);
}

TEST(shared_events_are_counted_for_root)
{
	uint32_t id, before;

	boot_with_two();
	id = create(party(0, 0));
	before = rings->of[id].events;
	CHECK(before);
	CHECK_EQ(start(id, ""), 0);
	CHECK(rings->of[id].events != before);
	before = rings->of[id].events;
	CHECK_EQ(root_call(BH_HC_CELL_SHUTDOWN, id, 1), 0);
	CHECK_EQ(fake_destroy(id), 0);
	CHECK(rings->of[id].events != before);
}

TEST(shared_is_in_the_info_page)
{
	const struct bh_info *page;

	boot_with_two();
	page = cells[create(party(0, BH_SHARED_RING))]->info;
	CHECK_EQ(page->n_shared, 2);
	CHECK(!strcmp(page->shared[1].name, "first"));
	CHECK_EQ(page->shared[1].irq, FAKE_CELL_IRQ(0));
	CHECK_EQ(page->regions[page->shared[1].region].guest, 0x80000000);
}

/* ---- refusals ---- */

#define PARTY_REFUSED(change, code, field, i)                       \
	do {                                                        \
		struct bh_cell_part *part = party(0, 0);            \
		struct bh_shared *s = (void *)bh_cell_shared(part); \
		struct picture before = take_picture();             \
		change;                                             \
		CHECK_REFUSED(fake_create(part), code, field, i);   \
		CHECK_EQ(s[0].name[0], 's');                        \
		check_same(&before);                                \
	} while (0)

TEST(shared_refusals)
{
	boot_with_two();
	CHECK_EQ(fake_destroy(create(party(0, 0))), 0);
	PARTY_REFUSED(part->n_shared = BH_MAX_SHARED + 1, BH_E_RANGE, BH_F_SHARED_COUNT, 0);
	PARTY_REFUSED(part->n_shared = 1, BH_E_SIZE, BH_F_HEADER, 0);
	PARTY_REFUSED(s[1].region = (uint16_t)part->n_regions, BH_E_VALUE, BH_F_SHARED, 1);
	PARTY_REFUSED(s[1].region = 0, BH_E_VALUE, BH_F_SHARED, 1); /* RAM */
	PARTY_REFUSED(s[1].region = s[0].region, BH_E_OVERLAP, BH_F_SHARED, 1);
	PARTY_REFUSED(strcpy(s[1].name, "second"), BH_E_OVERLAP, BH_F_SHARED_NAME, 1);
	PARTY_REFUSED(s[1].name[0] = '/', BH_E_VALUE, BH_F_SHARED_NAME, 1);
	PARTY_REFUSED(memset(s[1].name, 'a', BH_NAME_SIZE), BH_E_VALUE, BH_F_SHARED_NAME, 1);
	PARTY_REFUSED(s[1].flags = 4, BH_E_RESERVED, BH_F_SHARED, 1);
	PARTY_REFUSED(s[1].flags = BH_SHARED_LISTEN, BH_E_VALUE, BH_F_SHARED, 1);
	PARTY_REFUSED(s[1].irq = FAKE_CELL_IRQ(1), BH_E_VALUE, BH_F_SHARED_IRQ, 1);
	PARTY_REFUSED(s[1].irq = 27, BH_E_VALUE, BH_F_SHARED_IRQ,
		      1); /* the cell's own, but not spare */
	PARTY_REFUSED(part->regions[s[1].region].size -= PAGE_SIZE, BH_E_NOT_SHARED, BH_F_SHARED,
		      1);
}

TEST(shared_refused_for_root)
{
	struct bh_cell_part *root = root_with_two();
	struct bh_refusal r = { 0 };

	CHECK(decode_cell(root, sizeof(comm->data), BH_PART_ROOT, &r));
	((struct bh_shared *)bh_cell_shared(root))->irq = FAKE_CELL_IRQ(0);
	CHECK(!decode_cell(root, sizeof(comm->data), BH_PART_ROOT, &r));
	CHECK_EQ(r.code, BH_E_VALUE);
	CHECK_EQ(r.field, BH_F_SHARED_IRQ);
}

/* A region may have a name that root's config does not use: the memory identifies it. */
TEST(shared_without_a_name)
{
	struct bh_cell_part *part = fake_cell_part(0);
	struct bh_info *page;

	boot_with_two();
	add_piece(part, 0, 0x80000000);
	page = cells[create(part)]->info;
	CHECK_EQ(page->n_shared, 0);
	CHECK_EQ(ring(0, 0), 0);
	check_books();
}
