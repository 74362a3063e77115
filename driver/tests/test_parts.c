// SPDX-License-Identifier: GPL-2.0
/* Configs from user memory: what parts.c accepts, and how it refuses the rest. */
#include "fake.h"
#include "sample.h"
#include "test.h"

#include <linux/slab.h>
#include <linux/uaccess.h>

static struct sample sample;
static struct bhd_why why;

/* Returns the code of a blob's refusal, or 0. User memory ends with the blob. */
static u32 try_blob(const void *bytes, u32 size)
{
	static u8 user[sizeof(sample.bytes)];
	struct bhd_blob blob = {};
	int error;

	why = (struct bhd_why){};
	memcpy(user, bytes, size);
	fake_user(user, size);
	error = bhd_blob_copy(&blob, FAKE_USER, size, &why);
	CHECK_EQ(error, why.refusal.code ? -EPERM : 0);
	if (!error) {
		CHECK_EQ(fake_user_bytes, size);
		fake_rely_on_blob(&blob);
		bhd_blob_free(&blob);
	}
	CHECK_EQ(fake_allocations, 0);
	return why.refusal.code;
}

static u32 try_cell(const void *bytes, u32 size)
{
	static u8 user[sizeof(sample.bytes)];
	struct bh_cell_part *part;

	why = (struct bhd_why){};
	memcpy(user, bytes, size);
	fake_user(user, size);
	part = bhd_cell_part_copy(FAKE_USER, size, &why);
	CHECK_EQ(IS_ERR(part) ? PTR_ERR(part) : 0, why.refusal.code ? -EPERM : 0);
	if (!IS_ERR(part)) {
		CHECK_EQ(fake_user_bytes, size);
		fake_rely_on_cell(part, BH_PART_CELL);
		kfree(part);
	}
	CHECK_EQ(fake_allocations, 0);
	return why.refusal.code;
}

#define BLOB_REFUSED(c, f, i)                                     \
	do {                                                      \
		CHECK_EQ(try_blob(sample.bytes, sample.size), c); \
		CHECK_EQ(why.refusal.field, f);                   \
		CHECK_EQ(why.refusal.index, i);                   \
	} while (0)

/* Expects a refusal for another value of a field of the sample, and restores the field. */
#define REFUSED_WITH(field_, value_, c, f, i)          \
	do {                                           \
		__typeof__(field_) before = field_;    \
		field_ = (__typeof__(field_))(value_); \
		BLOB_REFUSED(c, f, i);                 \
		field_ = before;                       \
	} while (0)

TEST(good_blob)
{
	sample_init(&sample);
	CHECK_EQ(try_blob(sample.bytes, sample.size), 0);
	CHECK_EQ(try_cell(sample.cell, sample.cell->header.size), 0);
}

TEST(cells_one_after_the_other)
{
	const struct bh_cell_part *cell;
	struct bhd_blob blob = {};

	sample_init(&sample);
	fake_user(sample.bytes, sample.size);
	CHECK_EQ(bhd_blob_copy(&blob, FAKE_USER, sample.size, &why), 0);
	CHECK_EQ(strcmp(blob.system->name, "sample"), 0);
	CHECK_EQ(strcmp(blob.root->name, "root"), 0);
	cell = bhd_blob_next_cell(&blob, NULL);
	CHECK_EQ(strcmp(cell->name, "rt_cell-1"), 0);
	CHECK(!bhd_blob_next_cell(&blob, cell));
	bhd_blob_free(&blob);
	CHECK(!blob.data && !blob.system && !blob.size);
	CHECK_EQ(fake_allocations, 0);
}

/* A blob may end only where a part ends. */
TEST(truncated)
{
	u32 without_cell, size;

	sample_init(&sample);
	without_cell = (u8 *)sample.cell - sample.bytes;
	for (size = 0; size < sample.size; size++)
		CHECK_EQ(!try_blob(sample.bytes, size), size == without_cell);
	for (size = 0; size < sample.cell->header.size; size++)
		CHECK_EQ(try_cell(sample.cell, size), BH_E_SIZE);
}

TEST(overlong)
{
	sample_init(&sample);
	CHECK_EQ(try_blob(sample.bytes, sample.size + 8), BH_E_SIZE);
	CHECK_EQ(try_blob(sample.bytes, sample.size + 16), BH_E_MAGIC);
	CHECK_EQ(try_cell(sample.cell, sample.cell->header.size + 8), BH_E_SIZE);
}

/* A size beyond all limits is refused before user memory is read. */
TEST(sizes_beyond_all)
{
	static const u64 sizes[] = { BHD_BLOB_MAX + 1, 1ull << 32, (1ull << 32) + 16, ~0ull };
	struct bhd_blob blob = {};
	size_t i;

	sample_init(&sample);
	fake_user(sample.bytes, sample.size);
	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
		CHECK_EQ(bhd_blob_copy(&blob, FAKE_USER, sizes[i], &why), -EPERM);
		CHECK_EQ(why.refusal.code, BH_E_SIZE);
		CHECK_EQ(why.refusal.value, sizes[i]);
		CHECK(IS_ERR(bhd_cell_part_copy(FAKE_USER, sizes[i], &why)));
		CHECK_EQ(why.refusal.value, sizes[i]);
	}
	CHECK(IS_ERR(bhd_cell_part_copy(FAKE_USER, BH_PART_MAX + 1, &why)));
	CHECK_EQ(fake_user_bytes, 0);
}

static void check_headers(struct bh_part_header *part)
{
	u32 size = part->size;

	REFUSED_WITH(part->magic, BH_PART_MAGIC + 1, BH_E_MAGIC, BH_F_HEADER, 0);
	REFUSED_WITH(part->version, BH_ABI_VERSION + 1, BH_E_VERSION, BH_F_HEADER, 0);
	REFUSED_WITH(part->arch, BH_ARCH_FAKE, BH_E_ARCH, BH_F_HEADER, 0);
	REFUSED_WITH(part->kind, 0, BH_E_KIND, BH_F_HEADER, 0);
	REFUSED_WITH(part->kind, part->kind % 3 + 1, BH_E_KIND, BH_F_HEADER, 0);
	REFUSED_WITH(part->size, 0, BH_E_SIZE, BH_F_HEADER, 0);
	REFUSED_WITH(part->size, sizeof(*part), BH_E_SIZE, BH_F_HEADER, 0);
	REFUSED_WITH(part->size, size + 1, BH_E_SIZE, BH_F_HEADER, 0);
	REFUSED_WITH(part->size, BH_PART_MAX + 8, BH_E_SIZE, BH_F_HEADER, 0);
	REFUSED_WITH(part->size, ~7u, BH_E_SIZE, BH_F_HEADER, 0);
	part->size = size - 8;
	CHECK_EQ(try_blob(sample.bytes, sample.size), BH_E_SIZE);
	part->size = size + 8;
	CHECK_EQ(try_blob(sample.bytes, sample.size), BH_E_SIZE);
	part->size = size;
}

TEST(headers)
{
	sample_init(&sample);
	check_headers(&sample.system->header);
	check_headers(&sample.root->header);
	check_headers(&sample.cell->header);
	CHECK_EQ(try_blob(sample.bytes, sample.size), 0);
	CHECK_EQ(try_cell(sample.root, sample.root->header.size), BH_E_KIND);
}

TEST(largest_counts)
{
	sample_init_counts(&sample, BH_MAX_CPUS, BH_MAX_REGIONS, BH_MAX_IRQ_RANGES);
	CHECK_EQ(try_blob(sample.bytes, sample.size), 0);
	sample_init_counts(&sample, 1, 1, 0);
	CHECK_EQ(try_blob(sample.bytes, sample.size), 0);
}

/* Arrays of matching size whose count is too large or 0. */
TEST(counts_outside)
{
	sample_init_counts(&sample, BH_MAX_CPUS + 1, 1, 0);
	BLOB_REFUSED(BH_E_RANGE, BH_F_CPUS, 0);
	sample_init_counts(&sample, 0, 1, 0);
	BLOB_REFUSED(BH_E_RANGE, BH_F_CPUS, 0);
	sample_init_counts(&sample, 1, BH_MAX_REGIONS + 1, 0);
	BLOB_REFUSED(BH_E_RANGE, BH_F_REGION_COUNT, 0);
	sample_init_counts(&sample, 1, 0, 0);
	BLOB_REFUSED(BH_E_RANGE, BH_F_REGION_COUNT, 0);
	sample_init_counts(&sample, 1, 1, BH_MAX_IRQ_RANGES + 1);
	BLOB_REFUSED(BH_E_RANGE, BH_F_IRQ_COUNT, 0);
}

/* Counts that do not match the size, also where a product would wrap. */
TEST(counts_and_size)
{
	sample_init(&sample);
	REFUSED_WITH(sample.system->n_cpus, 3, BH_E_SIZE, BH_F_CPUS, 0);
	REFUSED_WITH(sample.system->n_cpus, 5, BH_E_SIZE, BH_F_CPUS, 0);
	REFUSED_WITH(sample.system->n_cpus, 4 + (1u << 29), BH_E_RANGE, BH_F_CPUS, 0);
	REFUSED_WITH(sample.cell->n_regions, 2, BH_E_SIZE, BH_F_HEADER, 0);
	REFUSED_WITH(sample.cell->n_regions, 4, BH_E_SIZE, BH_F_HEADER, 0);
	REFUSED_WITH(sample.cell->n_regions, 3 + (1u << 27), BH_E_RANGE, BH_F_REGION_COUNT, 0);
	REFUSED_WITH(sample.cell->n_irqs, 1, BH_E_SIZE, BH_F_HEADER, 0);
	REFUSED_WITH(sample.cell->n_irqs, 3, BH_E_SIZE, BH_F_HEADER, 0);
	REFUSED_WITH(sample.cell->n_irqs, 2 + (1u << 29), BH_E_RANGE, BH_F_IRQ_COUNT, 0);
	REFUSED_WITH(sample.cell->n_shared, 1, BH_E_SIZE, BH_F_HEADER, 0);
	REFUSED_WITH(sample.cell->n_shared, BH_MAX_SHARED + 1, BH_E_RANGE, BH_F_SHARED_COUNT, 0);
	REFUSED_WITH(sample.cell->n_shared, UINT32_MAX, BH_E_RANGE, BH_F_SHARED_COUNT, 0);
}

/* The cell is the last part, so the buffer has space behind it. */
TEST(shared_regions)
{
	static const char *const bad[] = { "", "a/b", "..", "a\n" };
	struct bh_shared *shared;
	size_t i;

	sample_init(&sample);
	shared = (struct bh_shared *)bh_cell_shared(sample.cell);
	sample.cell->n_shared = 1;
	sample.cell->header.size += sizeof(*shared);
	sample.size += sizeof(*shared);
	sample.cell->regions[2].type = BH_REGION_SHARED;
	strcpy(shared->name, "ring_0-1");
	shared->region = 2;
	CHECK_EQ(try_blob(sample.bytes, sample.size), 0);
	REFUSED_WITH(shared->region, 1, BH_E_VALUE, BH_F_SHARED, 0);
	REFUSED_WITH(shared->region, 3, BH_E_VALUE, BH_F_SHARED, 0);
	REFUSED_WITH(shared->region, 0xffff, BH_E_VALUE, BH_F_SHARED, 0);
	for (i = 0; i < ARRAY_SIZE(bad); i++) {
		strcpy(shared->name, bad[i]);
		BLOB_REFUSED(BH_E_VALUE, BH_F_SHARED_NAME, 0);
	}
	memset(shared->name, 'a', BH_NAME_SIZE);
	BLOB_REFUSED(BH_E_VALUE, BH_F_SHARED_NAME, 0);
}

TEST(names)
{
	static const char *const bad[] = { "", "a b", "a/b", "..", "a\n", "\xe4", "a:b" };
	size_t i;

	sample_init(&sample);
	for (i = 0; i < ARRAY_SIZE(bad); i++) {
		strcpy(sample.cell->name, bad[i]);
		BLOB_REFUSED(BH_E_VALUE, BH_F_NAME, 0);
	}
	memset(sample.cell->name, 'a', BH_NAME_SIZE);
	BLOB_REFUSED(BH_E_VALUE, BH_F_NAME, 0);
	sample.cell->name[BH_NAME_SIZE - 1] = '\0';
	CHECK_EQ(try_blob(sample.bytes, sample.size), 0);
	memset(sample.system->name, 'a', BH_NAME_SIZE);
	BLOB_REFUSED(BH_E_VALUE, BH_F_NAME, 0);
}

static const u64 bad_starts[] = { 1, 0x800, (1ull << 48) - 0x1000, 1ull << 48, ~0ull << 12 };

TEST(regions)
{
	struct bh_region *region;
	size_t i;

	sample_init(&sample);
	region = &sample.cell->regions[2];
	for (i = 0; i < ARRAY_SIZE(bad_starts); i++) {
		REFUSED_WITH(region->phys, bad_starts[i], BH_E_RANGE, BH_F_REGION_PHYS, 2);
		REFUSED_WITH(region->guest, bad_starts[i], BH_E_RANGE, BH_F_REGION_GUEST, 2);
	}
	REFUSED_WITH(region->size, 0, BH_E_RANGE, BH_F_REGION_PHYS, 2);
	REFUSED_WITH(region->size, 0x1001, BH_E_RANGE, BH_F_REGION_PHYS, 2);
	REFUSED_WITH(region->size, ~0ull << 12, BH_E_RANGE, BH_F_REGION_PHYS, 2);
	/* The range ends at 2^64: the sum wraps to 0. */
	region->guest = region->phys;
	REFUSED_WITH(region->size, 0 - region->phys, BH_E_RANGE, BH_F_REGION_PHYS, 2);
}

TEST(kept_image)
{
	size_t i;

	sample_init(&sample);
	for (i = 0; i < ARRAY_SIZE(bad_starts); i++)
		REFUSED_WITH(sample.cell->image_phys, bad_starts[i], BH_E_RANGE, BH_F_IMAGE, 0);
	REFUSED_WITH(sample.cell->image_size, 0 - sample.cell->image_phys, BH_E_RANGE, BH_F_IMAGE,
		     0);
	REFUSED_WITH(sample.cell->image_size, 8, BH_E_RANGE, BH_F_IMAGE, 0);
	sample.cell->image_size = 0;
	CHECK_EQ(try_blob(sample.bytes, sample.size), 0);
}

TEST(hypervisor_memory)
{
	sample_init(&sample);
	REFUSED_WITH(sample.system->hyp_phys, 0x1000, BH_E_ALIGN, BH_F_HYP_MEMORY, 0);
	REFUSED_WITH(sample.system->hyp_size, 0x1000, BH_E_ALIGN, BH_F_HYP_MEMORY, 0);
	REFUSED_WITH(sample.system->hyp_size, 0, BH_E_RANGE, BH_F_HYP_MEMORY, 0);
	REFUSED_WITH(sample.system->hyp_size, (1u << 30) + (2u << 20), BH_E_RANGE, BH_F_HYP_MEMORY,
		     0);
	REFUSED_WITH(sample.system->hyp_phys, ~0ull << 21, BH_E_RANGE, BH_F_HYP_MEMORY, 0);
	REFUSED_WITH(sample.system->hyp_phys, 1ull << 48, BH_E_RANGE, BH_F_HYP_MEMORY, 0);
}

/* User memory ends inside the config. */
TEST(unreadable)
{
	struct bhd_blob blob = {};

	sample_init(&sample);
	fake_user(sample.bytes, sample.size - 1);
	CHECK_EQ(bhd_blob_copy(&blob, FAKE_USER, sample.size, &why), -EFAULT);
	CHECK_EQ(PTR_ERR(bhd_cell_part_copy(FAKE_USER - 1, 500, &why)), -EFAULT);
	CHECK_EQ(fake_allocations, 0);
	CHECK(!blob.data && !why.refusal.code);
}

TEST(no_memory)
{
	struct bhd_blob blob = {};

	fake_out_of_memory = true;
	sample_init(&sample);
	fake_user(sample.bytes, sample.size);
	CHECK_EQ(bhd_blob_copy(&blob, FAKE_USER, sample.size, &why), -EPERM);
	CHECK_EQ(why.refusal.code, BH_D_NO_MEMORY);
	CHECK_EQ(PTR_ERR(bhd_cell_part_copy(FAKE_USER, 500, &why)), -ENOMEM);
}
