// SPDX-License-Identifier: GPL-2.0
/*
 * Fuzzes configs, as a blob and as one cell part. Any bytes are either refused with
 * a reason or fulfil what the rest of the driver relies on. No memory leaks.
 */
#include "fake.h"
#include "fuzz.h"

#include <linux/slab.h>
#include <linux/uaccess.h>

static void *offer(const uint8_t *data, size_t size)
{
	void *user = malloc(size + 1);

	memcpy(user, data, size);
	fake_user(user, size);
	return user;
}

static void try_blob(const uint8_t *data, size_t size)
{
	struct bhd_blob blob = {};
	struct bhd_why why = {};
	void *user = offer(data, size);
	int error = bhd_blob_copy(&blob, FAKE_USER, size, &why);

	CHECK_EQ(error, why.refusal.code ? -EPERM : 0);
	if (!error) {
		CHECK(!memcmp(blob.data, data, size));
		fake_rely_on_blob(&blob);
		bhd_blob_free(&blob);
	}
	CHECK_EQ(fake_allocations, 0);
	free(user);
}

/* Loading into an accepted part reaches only loadable memory. */
static void try_load(const struct bh_cell_part *part, u64 guest, u64 size)
{
	struct bhd_why why = {};
	int error = bhd_load_check(part, guest, size, &why);

	CHECK_EQ(error, why.refusal.code ? -EPERM : 0);
	if (error) {
		CHECK_EQ(why.refusal.code, BH_D_OUTSIDE);
		CHECK(why.refusal.value - guest < size);
		CHECK(!bhd_loadable_at(part, why.refusal.value));
	}
	while (!error && size) {
		const struct bh_region *region = bhd_loadable_at(part, guest);
		u64 bytes = bhd_room_in(region, guest, size);

		CHECK(bytes && region->flags & BH_REGION_LOADABLE);
		CHECK(guest >= region->guest);
		CHECK(guest - region->guest + bytes <= region->size);
		guest += bytes;
		size -= bytes;
	}
}

static void try_cell(const uint8_t *data, size_t size)
{
	struct bhd_why why = {};
	void *user = offer(data, size);
	struct bh_cell_part *part = bhd_cell_part_copy(FAKE_USER, size, &why);

	CHECK_EQ(IS_ERR(part) ? PTR_ERR(part) : 0, why.refusal.code ? -EPERM : 0);
	if (!IS_ERR(part)) {
		CHECK(!memcmp(part, data, size));
		fake_rely_on_cell(part, BH_PART_CELL);
		for (u32 i = 0; i < part->n_regions; i++) {
			u64 guest = part->regions[i].guest, bytes = part->regions[i].size;

			try_load(part, guest, bytes);
			try_load(part, guest + bytes - 1, 2);
			try_load(part, guest + part->entry % bytes, part->regions[i].phys);
			try_load(part, guest, UINT64_MAX);
		}
		kfree(part);
	}
	CHECK_EQ(fake_allocations, 0);
	free(user);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	try_blob(data, size);
	try_cell(data, size);
	return 0;
}
