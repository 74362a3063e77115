// SPDX-License-Identifier: GPL-2.0
#include <stdlib.h>
#include <string.h>

#include "config/blob.h"
#include "sample.h"
#include "test.h"

TEST(a_good_config_is_taken_apart)
{
	struct sample sample;
	struct blob blob;

	sample_make(&sample);
	sample_parse(&sample, &blob);
	CHECK(blob.system == sample.system);
	CHECK(blob.root == sample.root);
	CHECK(blob.n_cells == 2);
	CHECK(blob_find(&blob, "rt") == sample.rt);
	CHECK(blob_find(&blob, "other") == sample.other);
	CHECK(!blob_find(&blob, "root"));
	CHECK(!blob_find(NULL, "rt"));
}

TEST(one_cell_alone_is_a_config)
{
	struct sample sample;
	struct blob blob;
	struct blob_error error;

	sample_make(&sample);
	CHECK(blob_parse(&blob, sample.rt, sample.rt->header.size, &error));
	CHECK(blob.n_cells == 1 && !blob.system && !blob.root);
}

/* Copies to a block of exactly this size, so that a read past its end is detected. */
static bool parse_exact(const void *data, size_t size, struct blob_error *error)
{
	struct blob blob;
	void *copy = malloc(size ? size : 1);
	bool good;

	memcpy(copy, data, size);
	good = blob_parse(&blob, copy, size, error);
	free(copy);
	return good;
}

TEST(truncated_configs_are_refused)
{
	struct sample sample;
	struct blob_error error;
	size_t size, good = 0;

	sample_make(&sample);
	for (size = 0; size < sample.size; size++)
		good += parse_exact(sample.data, size, &error);
	CHECK(good == 3); /* blobs that end after a part are valid */
	CHECK(parse_exact(sample.data, sample.size, &error));
}

TEST(any_byte_may_be_anything)
{
	static const uint8_t values[] = { 0x00, 0x01, 0x7f, 0x80, 0xff };
	struct sample sample;
	struct blob_error error;
	size_t at;
	unsigned int i;

	sample_make(&sample);
	for (at = 0; at < sample.size; at++) {
		uint8_t before = sample.data[at];

		for (i = 0; i < sizeof(values); i++) {
			sample.data[at] = values[i];
			parse_exact(sample.data, sample.size, &error);
		}
		sample.data[at] = before;
	}
}

/* Parses the sample after `change`. Returns the error's text, or "". */
#define REFUSAL_AFTER(change)                                  \
	({                                                     \
		static struct blob_error error;                \
		struct sample sample;                          \
                                                               \
		memset(&error, 0, sizeof(error));              \
		sample_make(&sample);                          \
		change;                                        \
		parse_exact(sample.data, sample.size, &error); \
		error.text;                                    \
	})

static struct bh_shared *shared_of(struct sample *sample)
{
	return (struct bh_shared *)bh_cell_shared(sample->rt);
}

TEST(wrong_fields_are_named)
{
	CHECK_HAS(REFUSAL_AFTER(sample.size = 0), "is empty");
	CHECK_HAS(REFUSAL_AFTER(sample.rt->header.magic = 1), "is not a Bulkhead config");
	CHECK_HAS(REFUSAL_AFTER(sample.rt->header.version = 0x20003),
		  "is for ABI version 2.3, this hvctl has 1.7");
	CHECK_HAS(REFUSAL_AFTER(sample.rt->header.arch = 3), "another architecture (number 3)");
	CHECK_HAS(REFUSAL_AFTER(sample.rt->header.kind = 9), "a part of unknown kind 9");
	CHECK_HAS(REFUSAL_AFTER(sample.rt->header.size = 0), "a part of 0 bytes");
	CHECK_HAS(REFUSAL_AFTER(sample.rt->header.size += 4), "not a multiple of 8");
	CHECK_HAS(REFUSAL_AFTER(sample.rt->header.size = 0x80000000),
		  "not a multiple of 8, or more than");
	CHECK_HAS(REFUSAL_AFTER(sample.other->header.size = 4096), "is truncated");
	CHECK_HAS(REFUSAL_AFTER(sample.system->n_cpus = 0), "has 0 CPUs");
	CHECK_HAS(REFUSAL_AFTER(sample.system->n_cpus = 65), "has 65 CPUs");
	CHECK_HAS(REFUSAL_AFTER(sample.system->n_cpus = 5), "; its counts require");
	CHECK_HAS(REFUSAL_AFTER(sample.rt->n_regions = 0), "has 0 regions in cell \"rt\"");
	CHECK_HAS(REFUSAL_AFTER(sample.rt->n_regions = 0xffffffff), "has 4294967295 regions");
	CHECK_HAS(REFUSAL_AFTER(sample.rt->n_irqs = 33), "has 33 interrupt ranges");
	CHECK_HAS(REFUSAL_AFTER(sample.rt->n_irqs = 1), "; its counts require");
	CHECK_HAS(REFUSAL_AFTER(sample.rt->n_shared = 32), "has 32 named shared regions");
	CHECK_HAS(REFUSAL_AFTER(sample.rt->n_shared = 2), "; its counts require");
	CHECK_HAS(REFUSAL_AFTER(memset(sample.rt->name, 'x', BH_NAME_SIZE)),
		  "a name of more than 31 characters");
	CHECK_HAS(REFUSAL_AFTER(sample.rt->name[0] = '\0'), "an invalid name: 1 to 31 letters");
	CHECK_HAS(REFUSAL_AFTER(sample.rt->name[0] = '\033'), "an invalid name: 1 to 31 letters");
	CHECK_HAS(REFUSAL_AFTER(shared_of(&sample)->region = 2),
		  "names region 2 of cell \"rt\", which has 2");
	CHECK_HAS(REFUSAL_AFTER(memset(shared_of(&sample)->name, 'x', BH_NAME_SIZE)),
		  "a name of more than 31 characters");
	CHECK_HAS(REFUSAL_AFTER(shared_of(&sample)->name[0] = '/'),
		  "an invalid name: 1 to 31 letters");
	CHECK_HAS(REFUSAL_AFTER(memset(sample.rt->args, 'x', BH_ARGS_SIZE)),
		  "a command line that is not terminated");
}

TEST(parts_have_an_order)
{
	CHECK_HAS(REFUSAL_AFTER(sample.root->header.kind = BH_PART_SYSTEM), "system part");
	CHECK_HAS(REFUSAL_AFTER(sample.rt->header.kind = BH_PART_ROOT), "has a root part");
	CHECK_HAS(REFUSAL_AFTER(strcpy(sample.other->name, "rt")), "two cells named \"rt\"");
	CHECK_HAS(REFUSAL_AFTER(sample.other->header.magic = 0), "at byte ");
}

TEST(too_many_cells_are_refused)
{
	struct sample sample;
	struct blob_error error;
	size_t size, i;
	uint8_t *many;

	sample_make(&sample);
	size = sample.rt->header.size;
	many = calloc(BLOB_MAX_CELLS + 1, size);
	for (i = 0; i <= BLOB_MAX_CELLS; i++) {
		snprintf(sample.rt->name, BH_NAME_SIZE, "cell%zu", i);
		memcpy(many + i * size, sample.rt, size);
	}
	CHECK(parse_exact(many, BLOB_MAX_CELLS * size, &error));
	CHECK(!parse_exact(many, (BLOB_MAX_CELLS + 1) * size, &error));
	CHECK_HAS(error.text, "more than 64 cells");
	free(many);
}

TEST(names_of_cells)
{
	CHECK(blob_valid_name("rt-Timer_2"));
	CHECK(blob_valid_name("0123456789012345678901234567890"));
	CHECK(!blob_valid_name("01234567890123456789012345678901"));
	CHECK(!blob_valid_name(""));
	CHECK(!blob_valid_name("a/b"));
	CHECK(!blob_valid_name("a:b"));
	CHECK(!blob_valid_name("a b"));
}

TEST(regions_are_found_by_address)
{
	struct sample sample;

	sample_make(&sample);
	CHECK(region_at_phys(sample.rt, 0xb9000000) == &sample.rt->regions[0]);
	CHECK(region_at_phys(sample.rt, 0xb90fffff) == &sample.rt->regions[0]);
	CHECK(region_at_phys(sample.rt, 0xb9100fff) == &sample.rt->regions[1]);
	CHECK(!region_at_phys(sample.rt, 0xb9101000));
	CHECK(region_at_guest(sample.rt, 0x50000000) == &sample.rt->regions[1]);
	CHECK(!region_at_guest(sample.rt, 0));
	CHECK(!region_at_guest(NULL, 0));
}
