// SPDX-License-Identifier: GPL-2.0
/* Decoding of config parts: each refusal with its code, field and index. */
#include "test.h"
#include <arch/fake.h>
#include <hyp/decode.h>
#include <hyp/hypercall.h>
#include <stdlib.h>
#include <string.h>

#define ROOM sizeof(comm->data)

static void expect(bool ok, const struct bh_refusal *r, uint32_t code, uint32_t field,
		   uint32_t index)
{
	CHECK(!ok);
	CHECK_EQ(r->code, code);
	CHECK_EQ(r->field, field);
	CHECK_EQ(r->index, index);
}

/* Expect a refusal of the part of cell 0, of root, or of the system, after a change to it. */
#define CELL_REFUSED(change, code, field, index)                                        \
	do {                                                                            \
		struct bh_cell_part *c = fake_cell_part(0);                             \
		struct bh_refusal r = { 0 };                                            \
		change;                                                                 \
		expect(decode_cell(c, ROOM, BH_PART_CELL, &r), &r, code, field, index); \
	} while (0)
#define ROOT_REFUSED(change, code, field, index)                                        \
	do {                                                                            \
		struct bh_cell_part *c = fake_root_part();                              \
		struct bh_refusal r = { 0 };                                            \
		change;                                                                 \
		expect(decode_cell(c, ROOM, BH_PART_ROOT, &r), &r, code, field, index); \
	} while (0)
#define SYSTEM_REFUSED(change, code, field, index)                                 \
	do {                                                                       \
		struct bh_system_part *s = fake_system_part();                     \
		struct bh_refusal r = { 0 };                                       \
		change;                                                            \
		expect(decode_system(s, BH_PART_MAX, &r), &r, code, field, index); \
	} while (0)
#define CELL_ACCEPTED(change)                                  \
	do {                                                   \
		struct bh_cell_part *c = fake_cell_part(0);    \
		struct bh_refusal r = { 0 };                   \
		change;                                        \
		CHECK(decode_cell(c, ROOM, BH_PART_CELL, &r)); \
	} while (0)

/* Insert a region in front of the interrupts. */
static struct bh_region *add_region(struct bh_cell_part *c)
{
	struct bh_region *region = &c->regions[c->n_regions];

	memmove(region + 1, region, c->n_irqs * sizeof(struct bh_range));
	*region = (struct bh_region){ .phys = 0x41000000,
				      .guest = 0x50000000,
				      .size = PAGE_SIZE,
				      .type = BH_REGION_RAM,
				      .flags = BH_REGION_READ };
	c->n_regions++;
	c->header.size += sizeof(*region);
	return region;
}

static struct bh_range *irqs(struct bh_cell_part *c)
{
	return (struct bh_range *)bh_cell_irqs(c);
}

TEST(decode_accepts_what_is_right)
{
	struct bh_refusal r;

	CHECK(decode_system(fake_system_part(), BH_PART_MAX, &r));
	CHECK(decode_cell(fake_root_part(), ROOM, BH_PART_ROOT, &r));
	for (unsigned n = 0; n < 3; n++)
		CHECK(decode_cell(fake_cell_part(n), ROOM, BH_PART_CELL, &r));
	CELL_ACCEPTED(add_region(c));
	CELL_ACCEPTED(c->info_guest = 0);
	CELL_ACCEPTED((c->console_kind = 0, c->console_guest = 0, c->console_irq = 0));
}

TEST(decode_header_fields)
{
	CELL_REFUSED(c->header.magic++, BH_E_MAGIC, BH_F_HEADER, 0);
	CELL_REFUSED(c->header.version++, BH_E_VERSION, BH_F_HEADER, 0);
	CELL_REFUSED(c->header.arch = BH_ARCH_ARM64, BH_E_ARCH, BH_F_HEADER, 0);
	CELL_REFUSED(c->header.kind = BH_PART_ROOT, BH_E_KIND, BH_F_HEADER, 0);
	CELL_REFUSED(c->header.size += 8, BH_E_SIZE, BH_F_HEADER, 0);
	CELL_REFUSED(c->header.size -= 8, BH_E_SIZE, BH_F_HEADER, 0);
	CELL_REFUSED(c->header.size = 0, BH_E_SIZE, BH_F_HEADER, 0);
	CELL_REFUSED(c->header.size = UINT32_MAX, BH_E_SIZE, BH_F_HEADER, 0);
	SYSTEM_REFUSED(s->header.kind = BH_PART_CELL, BH_E_KIND, BH_F_HEADER, 0);
	SYSTEM_REFUSED(s->header.size -= 8, BH_E_SIZE, BH_F_HEADER, 0);
	SYSTEM_REFUSED(s->header.size = BH_PART_MAX + 8, BH_E_SIZE, BH_F_HEADER, 0);
}

/* A part that is cut off at any length is refused, and the decoder reads nothing behind its end,
 * which the sanitizer checks. */
TEST(decode_truncated)
{
	const struct bh_cell_part *c = fake_cell_part(0);
	const struct bh_system_part *s = fake_system_part();
	uint32_t size = MAX(c->header.size, s->header.size);

	for (uint32_t n = 0; n < size; n++) {
		struct bh_refusal r = { 0 };
		void *piece = malloc(n ? n : 1);

		memcpy(piece, c, MIN(n, c->header.size));
		if (n < c->header.size)
			expect(decode_cell(piece, n, BH_PART_CELL, &r), &r, BH_E_SIZE, BH_F_HEADER,
			       0);
		memcpy(piece, s, MIN(n, s->header.size));
		if (n < s->header.size)
			expect(decode_system(piece, n, &r), &r, BH_E_SIZE, BH_F_HEADER, 0);
		free(piece);
	}
}

TEST(decode_system_fields)
{
	SYSTEM_REFUSED(s->n_cpus = 0, BH_E_RANGE, BH_F_CPUS, 0);
	SYSTEM_REFUSED(s->n_cpus = 65, BH_E_RANGE, BH_F_CPUS, 0);
	SYSTEM_REFUSED(s->n_cpus = UINT32_MAX, BH_E_RANGE, BH_F_CPUS, 0);
	SYSTEM_REFUSED(s->cpus[3].hw_id = s->cpus[1].hw_id, BH_E_OVERLAP, BH_F_CPUS, 3);
	SYSTEM_REFUSED(s->hyp_phys += 0x1000, BH_E_ALIGN, BH_F_HYP_MEMORY, 0);
	SYSTEM_REFUSED(s->hyp_size += 0x1000, BH_E_ALIGN, BH_F_HYP_MEMORY, 0);
	SYSTEM_REFUSED(s->hyp_size = 0, BH_E_SIZE, BH_F_HYP_MEMORY, 0);
	SYSTEM_REFUSED(s->hyp_size = 0x40200000, BH_E_SIZE, BH_F_HYP_MEMORY, 0);
	SYSTEM_REFUSED(s->hyp_phys = -s->hyp_size, BH_E_RANGE, BH_F_HYP_MEMORY, 0);
	SYSTEM_REFUSED(s->flags = 2, BH_E_RESERVED, BH_F_SYSTEM_FLAGS, 0);
	SYSTEM_REFUSED(s->name[0] = 0, BH_E_SIZE, BH_F_NAME, 0);
}

TEST(decode_names)
{
	CELL_REFUSED(memset(c->name, 0, sizeof(c->name)), BH_E_SIZE, BH_F_NAME, 0);
	CELL_REFUSED(memset(c->name, 'x', sizeof(c->name)), BH_E_SIZE, BH_F_NAME, 0);
	CELL_REFUSED(c->name[31] = 'x', BH_E_SIZE, BH_F_NAME, 0);
	CELL_REFUSED(c->name[2] = ' ', BH_E_VALUE, BH_F_NAME, 2);
	CELL_REFUSED(c->name[3] = (char)0x80, BH_E_VALUE, BH_F_NAME, 3);
	CELL_REFUSED(c->name[0] = '/', BH_E_VALUE, BH_F_NAME, 0);
	CELL_REFUSED(memset(c->args, 'x', sizeof(c->args)), BH_E_SIZE, BH_F_ARGS, 0);
	CELL_REFUSED(c->args[255] = 'x', BH_E_SIZE, BH_F_ARGS, 0);
}

TEST(decode_cell_scalars)
{
	CELL_REFUSED(c->cpus = 0, BH_E_VALUE, BH_F_CPUS, 0);
	CELL_REFUSED(c->rights = 0x10, BH_E_RESERVED, BH_F_RIGHTS, 0);
	CELL_REFUSED(c->rights |= BH_RIGHT_MANAGE, BH_E_VALUE, BH_F_RIGHTS, 0);
	CELL_REFUSED(c->flags = 2, BH_E_RESERVED, BH_F_FLAGS, 0);
	CELL_REFUSED(c->irq_mode = 0, BH_E_VALUE, BH_F_IRQ_MODE, 0);
	CELL_REFUSED(c->irq_mode = 3, BH_E_VALUE, BH_F_IRQ_MODE, 0);
	CELL_REFUSED(c->reserved[0] = 1, BH_E_RESERVED, BH_F_HEADER, 0);
	CELL_REFUSED(c->reserved[2] = 1, BH_E_RESERVED, BH_F_HEADER, 0);
	CELL_REFUSED(c->n_regions = 0, BH_E_RANGE, BH_F_REGION_COUNT, 0);
	CELL_REFUSED(c->n_regions = 65, BH_E_RANGE, BH_F_REGION_COUNT, 0);
	CELL_REFUSED(c->n_regions = UINT32_MAX, BH_E_RANGE, BH_F_REGION_COUNT, 0);
	CELL_REFUSED(c->n_irqs = 33, BH_E_RANGE, BH_F_IRQ_COUNT, 0);
	CELL_REFUSED(c->n_irqs = 0x20000002, BH_E_RANGE, BH_F_IRQ_COUNT, 0);
}

TEST(decode_entry_is_executable)
{
	CELL_REFUSED(c->entry = FAKE_RAM - 1, BH_E_RANGE, BH_F_ENTRY, 0);
	CELL_REFUSED(c->entry = FAKE_RAM + FAKE_CELL_RAM_SIZE, BH_E_RANGE, BH_F_ENTRY, 0);
	CELL_REFUSED(c->regions[0].flags &= ~BH_REGION_EXECUTE, BH_E_RANGE, BH_F_ENTRY, 0);
	CELL_ACCEPTED(c->entry = FAKE_RAM + FAKE_CELL_RAM_SIZE - 4);
}

TEST(decode_region_fields)
{
	CELL_REFUSED(add_region(c)->phys++, BH_E_ALIGN, BH_F_REGION_PHYS, 1);
	CELL_REFUSED(add_region(c)->guest += 8, BH_E_ALIGN, BH_F_REGION_GUEST, 1);
	CELL_REFUSED(add_region(c)->size += 0x800, BH_E_ALIGN, BH_F_REGION_SIZE, 1);
	CELL_REFUSED(add_region(c)->size = 0, BH_E_SIZE, BH_F_REGION_SIZE, 1);
	CELL_REFUSED(add_region(c)->size = -0x41000000ull, BH_E_RANGE, BH_F_REGION_PHYS, 1);
	CELL_REFUSED(add_region(c)->size = -0x50000000ull, BH_E_RANGE, BH_F_REGION_GUEST, 1);
	CELL_REFUSED(add_region(c)->guest = -PAGE_SIZE, BH_E_RANGE, BH_F_REGION_GUEST, 1);
	CELL_REFUSED(add_region(c)->type = 0, BH_E_VALUE, BH_F_REGION_TYPE, 1);
	CELL_REFUSED(add_region(c)->type = 4, BH_E_VALUE, BH_F_REGION_TYPE, 1);
	CELL_REFUSED(add_region(c)->flags = 0x21, BH_E_RESERVED, BH_F_REGION_FLAGS, 1);
	CELL_REFUSED(add_region(c)->flags = 0, BH_E_VALUE, BH_F_REGION_FLAGS, 1);
	CELL_REFUSED(add_region(c)->flags = BH_REGION_WRITE, BH_E_VALUE, BH_F_REGION_FLAGS, 1);
}

static struct bh_region *mmio(struct bh_region *region)
{
	region->type = BH_REGION_MMIO;
	return region;
}

static struct bh_region *shared(struct bh_region *region)
{
	region->type = BH_REGION_SHARED;
	return region;
}

TEST(decode_region_flags_by_type)
{
	CELL_ACCEPTED(mmio(add_region(c)));
	CELL_REFUSED(mmio(add_region(c))->flags = 5, BH_E_VALUE, BH_F_REGION_FLAGS, 1);
	CELL_REFUSED(mmio(add_region(c))->flags = 9, BH_E_VALUE, BH_F_REGION_FLAGS, 1);
	CELL_ACCEPTED(shared(add_region(c))->flags = 0);
	CELL_REFUSED(shared(add_region(c))->flags = 9, BH_E_VALUE, BH_F_REGION_FLAGS, 1);
	CELL_REFUSED(shared(add_region(c))->flags = BH_REGION_EXECUTE, BH_E_VALUE,
		     BH_F_REGION_FLAGS, 1);
	ROOT_REFUSED(c->regions[0].flags |= BH_REGION_LOADABLE, BH_E_VALUE, BH_F_REGION_FLAGS, 0);
	ROOT_REFUSED(c->regions[0].flags |= BH_REGION_SMALL_PAGES, BH_E_VALUE, BH_F_REGION_FLAGS,
		     0);
	ROOT_REFUSED(c->regions[1].guest += PAGE_SIZE, BH_E_VALUE, BH_F_REGION_GUEST, 1);
}

TEST(decode_overlaps)
{
	CELL_REFUSED(add_region(c)->phys = c->regions[0].phys + PAGE_SIZE, BH_E_OVERLAP,
		     BH_F_REGION_PHYS, 1);
	CELL_REFUSED(add_region(c)->guest = c->regions[0].guest, BH_E_OVERLAP, BH_F_REGION_GUEST,
		     1);
	CELL_REFUSED(c->info_guest = FAKE_RAM, BH_E_OVERLAP, BH_F_INFO_PAGE, 0);
	CELL_REFUSED(c->console_guest = FAKE_RAM + FAKE_CELL_RAM_SIZE - PAGE_SIZE, BH_E_OVERLAP,
		     BH_F_CONSOLE, 0);
	CELL_REFUSED(c->console_guest = c->info_guest, BH_E_OVERLAP, BH_F_CONSOLE, 0);
	CELL_ACCEPTED(c->console_guest = FAKE_RAM + FAKE_CELL_RAM_SIZE);
	CELL_REFUSED(irqs(c)[1].first = 27, BH_E_OVERLAP, BH_F_IRQ, 1);
	CELL_REFUSED(irqs(c)[0].count = 300, BH_E_OVERLAP, BH_F_IRQ, 1);
}

TEST(decode_pages_and_console)
{
	CELL_REFUSED(c->info_guest |= 8, BH_E_ALIGN, BH_F_INFO_PAGE, 0);
	CELL_REFUSED(c->info_guest = -PAGE_SIZE, BH_E_RANGE, BH_F_INFO_PAGE, 0);
	CELL_REFUSED(c->console_guest++, BH_E_ALIGN, BH_F_CONSOLE, 0);
	CELL_REFUSED(c->console_guest = -PAGE_SIZE, BH_E_RANGE, BH_F_CONSOLE, 0);
	CELL_REFUSED(c->console_kind = 3, BH_E_VALUE, BH_F_CONSOLE, 0);
	CELL_REFUSED(c->console_kind = 0, BH_E_VALUE, BH_F_CONSOLE, 0);
	CELL_REFUSED(c->console_irq++, BH_E_VALUE, BH_F_CONSOLE, 0);
	CELL_ACCEPTED(c->console_irq = 0);
	CELL_ACCEPTED((c->console_kind = 2, c->console_irq = 0, c->console_guest = 0x3f8));
	CELL_ACCEPTED((c->console_kind = 2, c->console_irq = 0, c->console_guest = 0xfff8));
	CELL_REFUSED((c->console_kind = 2, c->console_irq = 0, c->console_guest = 0x10000),
		     BH_E_RANGE, BH_F_CONSOLE, 0);
	CELL_REFUSED((c->console_kind = 2, c->console_irq = 0, c->console_guest = 0x3fc),
		     BH_E_ALIGN, BH_F_CONSOLE, 0);
	CELL_ACCEPTED((c->console_kind = 2, c->console_guest = 0x3f8));
	CELL_REFUSED((c->console_kind = 2, c->console_guest = 0x3f8, c->console_irq++), BH_E_VALUE,
		     BH_F_CONSOLE, 0);
	CELL_REFUSED(irqs(c)[0].count = 0, BH_E_RANGE, BH_F_IRQ, 0);
	CELL_REFUSED(irqs(c)[0].count = UINT32_MAX, BH_E_RANGE, BH_F_IRQ, 0);
}

TEST(decode_kept_image)
{
	CELL_ACCEPTED((c->image_phys = 0x41000000, c->image_size = FAKE_CELL_RAM_SIZE));
	CELL_REFUSED(c->image_phys = 0x41000000, BH_E_VALUE, BH_F_IMAGE, 0);
	CELL_REFUSED((c->image_phys = 0x41000800, c->image_size = FAKE_CELL_RAM_SIZE), BH_E_ALIGN,
		     BH_F_IMAGE, 0);
	CELL_REFUSED((c->image_phys = 0x41000000, c->image_size = FAKE_CELL_RAM_SIZE - PAGE_SIZE),
		     BH_E_SIZE, BH_F_IMAGE, 0);
	CELL_REFUSED((c->image_phys = 0x41000000, c->image_size = -0x41000000ull), BH_E_RANGE,
		     BH_F_IMAGE, 0);
	CELL_REFUSED((c->image_phys = c->regions[0].phys, c->image_size = FAKE_CELL_RAM_SIZE),
		     BH_E_OVERLAP, BH_F_IMAGE, 0);
}

TEST(decode_root_has_no_life)
{
	ROOT_REFUSED(c->entry = FAKE_RAM, BH_E_VALUE, BH_F_ENTRY, 0);
	ROOT_REFUSED(c->info_guest = 0x0b000000, BH_E_VALUE, BH_F_INFO_PAGE, 0);
	ROOT_REFUSED(c->console_kind = BH_CONSOLE_PL011, BH_E_VALUE, BH_F_CONSOLE, 0);
	ROOT_REFUSED(c->image_size = PAGE_SIZE, BH_E_VALUE, BH_F_IMAGE, 0);
}

/* After any change of one bit the decoder returns, and a refusal has a code. */
TEST(decode_each_bit)
{
	struct bh_cell_part *c = fake_cell_part(0);

	for (uint32_t bit = 0; bit < c->header.size * 8; bit++) {
		struct bh_refusal r = { 0 };

		c = fake_cell_part(0);
		((uint8_t *)c)[bit / 8] ^= 1u << bit % 8;
		CHECK(decode_cell(c, ROOM, BH_PART_CELL, &r) == (r.code == BH_OK));
	}
}
