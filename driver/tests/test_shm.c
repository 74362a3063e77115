// SPDX-License-Identifier: GPL-2.0
/* Which devices of shared memory exist, and which of them a ring notifies. */
#include "fake.h"
#include "shm/shm.h"
#include "test.h"

#define READ BH_REGION_READ
#define SECRET 1 /* index of the region that root may not read */

static struct bh_rings rings;

/* ---- the devices ---- */

struct bhd_shm {
	struct bhd_shm_config config;
	u64 rung;
	bool exists;
};

static struct bhd_shm devices[4];
static const char *refused; /* name of the device whose creation fails */

static struct bhd_shm *find(const char *name)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(devices); i++)
		if (devices[i].exists && !strcmp(devices[i].config.name, name))
			return &devices[i];
	return NULL;
}

static unsigned int count(void)
{
	unsigned int n = 0;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(devices); i++)
		n += devices[i].exists;
	return n;
}

struct bhd_shm *bhd_shm_add(const struct bhd_shm_config *config)
{
	struct bhd_shm *shm = devices;

	CHECK(!find(config->name));
	if (refused && !strcmp(refused, config->name))
		return NULL;
	while (shm->exists)
		shm++;
	*shm = (struct bhd_shm){ *config, 0, true };
	return shm;
}

void bhd_shm_notify(struct bhd_shm *shm, u32 times)
{
	CHECK(shm->exists);
	shm->rung += times;
}

/* The real function may sleep, so this one fails the test if the caller holds a lock. */
void bhd_shm_remove(struct bhd_shm *shm)
{
	CHECK(shm->exists && fake_locks_are_free());
	shm->exists = false;
}

/* ---- the configs ---- */

/* Names the three regions of a root or cell part, in one of two orders. */
static void name_regions(struct bh_cell_part *part, bool reversed)
{
	static const char *const names[] = { "first", "secret", "third" };
	u32 i;

	part->n_regions = part->n_shared = 3;
	for (i = 0; i < 3; i++) {
		u32 n = reversed ? 2 - i : i;
		struct bh_shared *shared = (struct bh_shared *)&bh_cell_shared(part)[i];

		part->regions[i] = (struct bh_region){ (n + 1) << 20, 0, 0x1000, BH_REGION_SHARED,
						       n == SECRET ? 0 : READ };
		*shared = (struct bh_shared){ .region = i };
		strcpy(shared->name, names[n]);
	}
}

static struct bh_cell_part *cell_with_three(void)
{
	static union {
		u8 bytes[BH_PART_MAX];
		struct bh_cell_part part;
	} cell;

	memset(&cell, 0, sizeof(cell));
	name_regions(&cell.part, true);
	return &cell.part;
}

static void begin(void)
{
	static union {
		u8 bytes[BH_PART_MAX];
		struct bh_cell_part part;
	} root;

	memset(&root, 0, sizeof(root));
	name_regions(&root.part, false);
	bhd.blob.root = &root.part;
	bhd.rings = &rings;
	refused = NULL;
}

TEST(shm_comes_with_the_first_and_goes_with_the_last)
{
	struct bh_cell_part *one = cell_with_three();
	struct bhd_why why;

	begin();
	CHECK_EQ(bhd_shm_cell_added(one, &why), 0);
	CHECK_EQ(count(), 2);
	CHECK(find("first") && find("third") && !find("secret"));
	CHECK_EQ(find("third")->config.index, 2);
	CHECK_EQ(find("third")->config.phys, 3 << 20);
	CHECK_EQ(bhd_shm_cell_added(one, &why), 0); /* a second cell with the same regions */
	CHECK_EQ(count(), 2);
	bhd_shm_cell_removed(one);
	CHECK_EQ(count(), 2);
	bhd_shm_cell_removed(one);
	CHECK_EQ(count(), 0);
	CHECK(fake_locks_are_free());
}

TEST(shm_all_or_none)
{
	struct bh_cell_part *one = cell_with_three();
	struct bhd_why why = {};

	begin();
	refused = "first"; /* the cell's last region */
	CHECK_EQ(bhd_shm_cell_added(one, &why), -EPERM);
	CHECK_EQ(why.refusal.code, BH_D_NO_MEMORY);
	CHECK_EQ(count(), 0);
	refused = NULL;
	CHECK_EQ(bhd_shm_cell_added(one, &why), 0);
	bhd_shm_cell_removed(one);
	CHECK_EQ(count(), 0);
}

TEST(shm_who_is_told)
{
	struct bh_cell_part *one = cell_with_three();
	struct bhd_why why;

	begin();
	rings.of[5].rung[0] = UINT32_MAX; /* left by a destroyed cell */
	CHECK_EQ(bhd_shm_cell_added(one, &why), 0);
	bhd_shm_deliver_rings();
	CHECK_EQ(find("first")->rung, 0);
	rings.of[5].rung[0]++; /* the counter wraps to 0 */
	rings.of[1].rung[0] += 2;
	rings.of[1].rung[SECRET]++;
	bhd_shm_deliver_rings();
	bhd_shm_deliver_rings();
	CHECK_EQ(find("first")->rung, 3);
	CHECK_EQ(find("third")->rung, 0);
	bhd_shm_cell_removed(one);
	bhd_shm_deliver_rings();
	CHECK_EQ(count(), 0);
}
