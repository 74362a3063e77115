// SPDX-License-Identifier: GPL-2.0
/*
 * Fuzzes config parts. The first byte selects the kind, and whether the rest is the part itself or
 * is XORed into a valid one. A part that the decoder accepts is passed to the machine: a cell that
 * is created is started, stopped and destroyed. Afterwards nothing of it may be left.
 */
#include "fuzz.h"
#include "life.h"
#include <hyp/decode.h>

static struct picture clean;

static const void *apply(const void *good, const uint8_t *data, size_t size, bool change)
{
	static uint8_t part[sizeof(comm->data)];

	memset(part, 0, sizeof(part));
	if (change)
		memcpy(part, good, sizeof(part));
	for (size_t i = 0; i < MIN(size, sizeof(part)); i++)
		part[i] ^= data[i];
	return part;
}

static void live_and_die(uint32_t id)
{
	check_books();
	CHECK_EQ(start(id, "fuzz"), 0);
	fake_run(2);
	CHECK_EQ(root_call(BH_HC_CELL_SHUTDOWN, id, 1), 0);
	check_books();
	CHECK_EQ(fake_destroy(id), 0);
	check_nearly_same(&clean);
}

static void try_cell(const struct bh_cell_part *part)
{
	struct bh_refusal r = { 0 };
	bool decoded = decode_cell(part, sizeof(comm->data), BH_PART_CELL, &r);
	int64_t id;

	CHECK(decoded == (r.code == BH_OK));
	memcpy(comm->data, part, sizeof(comm->data));
	id = root_call(BH_HC_CELL_CREATE, 0, 0);
	if (!decoded)
		CHECK_EQ(id, -(int64_t)r.code);
	if (id > 0) {
		live_and_die((uint32_t)id);
	} else {
		CHECK(comm->refusal.code && comm->refusal.field);
		CHECK_EQ(pool_pages_used(), clean.pages);
		CHECK_EQ(root_cell()->cpus, clean.root_cpus);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bh_refusal r = { 0 };
	bool change, ok = false;

	if (!size)
		return -1;
	if (!cells[BH_ROOT_CELL])
		clean = boot_for_fuzzing();
	change = data[0] & 4;
	switch (data[0] % 4) {
	case 0:
		ok = decode_system(apply(fake_system_part(), data + 1, size - 1, change),
				   sizeof(comm->data), &r);
		break;
	case 1:
		ok = decode_cell(apply(fake_root_part(), data + 1, size - 1, change),
				 sizeof(comm->data), BH_PART_ROOT, &r);
		break;
	default:
		try_cell(apply(fake_cell_part(data[0] % 4 - 2), data + 1, size - 1, change));
		return 0;
	}
	CHECK(ok == (r.code == BH_OK));
	return 0;
}
