// SPDX-License-Identifier: GPL-2.0
/*
 * What the hypervisor itself says to a blob (a file): the fake machine is
 * enabled with its first two parts, then its cells are created in their order.
 * A line "code field index value" for enable and one for each cell, all zero
 * for what is accepted; nothing more after a refused enable.
 */
#include <arch/fake.h>
#include <hyp/hypercall.h>
#include <stdio.h>
#include <string.h>

static void show(const struct bh_refusal *r)
{
	printf("%u %u %u %llu\n", r->code, r->field, r->index, (unsigned long long)r->value);
}

static void off(void *unused)
{
	(void)unused;
	arch_cpu_off(this_cpu());
}

/* A part in a page of its own, as it arrives; NULL behind the last one. */
static const void *next_part(FILE *file)
{
	static _Alignas(8) uint8_t pages[2][BH_PART_MAX];
	static unsigned turn;
	uint8_t *page = memset(pages[turn++ % 2], 0, BH_PART_MAX);
	struct bh_part_header *header = (void *)page;
	size_t rest;

	if (fread(page, sizeof(*header), 1, file) != 1)
		return NULL;
	rest = header->size - sizeof(*header);
	return rest <= BH_PART_MAX - sizeof(*header) && fread(header + 1, 1, rest, file) == rest
		       ? page
		       : NULL;
}

static bool enable(FILE *file)
{
	const void *system = next_part(file), *root = next_part(file);
	bool ok = system && root && fake_boot_with(system, root);

	show(ok ? &(struct bh_refusal){ 0 } : &fake_boot_params.refusal);
	return ok;
}

static void create(const struct bh_cell_part *part)
{
	static uint64_t gone;
	unsigned i;

	for_each_cpu (i, part->cpus & (BIT(FAKE_CPUS) - 2) & ~gone)
		fake_on_cpu(i, off, NULL);
	gone |= part->cpus;
	show(fake_create(part) > 0 ? &(struct bh_refusal){ 0 } : &comm->refusal);
}

int main(int argc, char **argv)
{
	FILE *file = argc > 1 ? fopen(argv[1], "rb") : NULL;
	const void *part;

	if (!file || !enable(file))
		return 0;
	while ((part = next_part(file)))
		create(part);
	return 0;
}
