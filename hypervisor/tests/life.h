/* SPDX-License-Identifier: GPL-2.0 */
/* For tests of cells: calls that must succeed or be refused, and comparisons of ownership. */
#ifndef LIFE_H
#define LIFE_H

#include "audits.h"
#include "test.h"
#include <arch/fake.h>
#include <hyp/hypercall.h>
#include <hyp/resource.h>
#include <string.h>

/* Make a hypercall as root on CPU 0. */
static inline int64_t root_call(uint64_t function, uint64_t a1, uint64_t a2)
{
	return fake_hypercall(0, function, a1, a2);
}

static inline struct bh_cell_status status_of(uint32_t id)
{
	struct bh_cell_status status;

	CHECK_EQ(root_call(BH_HC_CELL_STATUS, id, 0), 0);
	memcpy(&status, comm->data, sizeof(status));
	return status;
}

/* Expect the refusal of the last call. */
#define CHECK_REFUSED(result, c, f, i)            \
	do {                                      \
		CHECK_EQ(result, -(int64_t)(c));  \
		CHECK_EQ(comm->refusal.code, c);  \
		CHECK_EQ(comm->refusal.field, f); \
		CHECK_EQ(comm->refusal.index, i); \
	} while (0)

static inline uint32_t create(const struct bh_cell_part *part)
{
	int64_t id = fake_create(part);

	CHECK(id > 0);
	return (uint32_t)id;
}

/* Start, repeated while pieces of the snapshot are copied. */
static inline int64_t start(uint32_t id, const char *args)
{
	int64_t result;

	do {
		result = fake_start(id, args);
	} while (result == -BH_E_AGAIN);
	return result;
}

/* All classes' audits, for all cells, and the walker model's check. */
static inline void check_books(void)
{
	for (uint32_t id = 0; id < BH_MAX_CELLS; id++)
		if (cells[id])
			CHECK(audit(cells[id]));
	fake_walkers_check();
}

/* A summary of ownership; two are equal if nothing changed. */
struct picture {
	uint64_t root_map; /* hash of root's second-stage mappings */
	uint64_t root_cpus, cells;
	size_t pages;
};

static inline void mix(uint64_t *hash, uint64_t value)
{
	*hash = (*hash ^ value) * 0x100000001b3ull; /* FNV-1a */
}

static inline void mix_range(uint64_t *hash, paddr_t start, uint64_t size)
{
	for (paddr_t p = start; p < start + size; p += PAGE_SIZE) {
		unsigned attrs = 0;
		paddr_t pa = 0;

		mix(hash, pt_lookup(&root_cell()->s2, p, &pa, &attrs));
		mix(hash, pa);
		mix(hash, attrs);
	}
}

static inline struct picture take_picture(void)
{
	struct picture p = { .root_cpus = root_cell()->cpus, .pages = pool_pages_used() };

	for (uint32_t id = 0; id < BH_MAX_CELLS; id++)
		p.cells |= cells[id] ? BIT(id) : 0;
	mix_range(&p.root_map, FAKE_RAM, FAKE_RAM_SIZE);
	mix_range(&p.root_map, FAKE_DEVICES, FAKE_DEVICES_SIZE);
	return p;
}

static inline void check_same(const struct picture *a)
{
	struct picture b = take_picture();

	CHECK_EQ(a->cells, b.cells);
	CHECK_EQ(a->root_cpus, b.root_cpus);
	CHECK_EQ(a->root_map, b.root_map);
	CHECK_EQ(a->pages, b.pages);
	check_books();
}

/* Like check_same(), for fuzzers: for speed, only one call in 32 makes the full comparison. */
static inline void check_nearly_same(const struct picture *a)
{
	static unsigned calls;

	if (calls++ % 32 == 0)
		check_same(a);
	CHECK_EQ(root_cell()->cpus, a->root_cpus);
	CHECK_EQ(pool_pages_used(), a->pages);
	for (uint32_t id = 1; id < BH_MAX_CELLS; id++)
		CHECK(!cells[id]);
}

/* Switch this CPU off, as when root powers it down. */
static inline void off(void *unused)
{
	(void)unused;
	arch_cpu_off(this_cpu());
}

static inline void take_from_root(uint64_t cpus)
{
	unsigned i;

	for_each_cpu (i, cpus)
		CHECK(!fake_on_cpu(i, off, NULL));
}

/* Enable, then switch CPUs 1, 2 and 3 off. */
static inline void boot_for_cells(void)
{
	fake_boot();
	take_from_root(0xe);
}

/* For fuzzers: boot_for_cells(), and give root the tables that cells will split from its own. */
static inline struct picture boot_for_fuzzing(void)
{
	boot_for_cells();
	for (unsigned n = 0; n < 3; n++)
		create(fake_cell_part(n));
	for (uint32_t id = 1; id < 4; id++)
		CHECK_EQ(fake_destroy(id), 0);
	return take_picture();
}

#endif
