// SPDX-License-Identifier: GPL-2.0
/* The requirements for enable, which BH_IOC_CHECK reports one by one. */

#include "arch.h"
#include "driver.h"

static int check_cpus(const struct bhd_blob *blob, struct bhd_why *why)
{
	int cpu_of[BH_MAX_CPUS];

	return blob ? bhd_cpus_map(blob->system, cpu_of, why) : -ENODATA;
}

static int check_hyp_memory(const struct bhd_blob *blob, struct bhd_why *why)
{
	if (!blob)
		return -ENODATA;
	return bhd_region_probe(blob->system->hyp_phys, blob->system->hyp_size, why)
		       ?: bhd_memory_check_root(blob, why);
}

static int check_one_cell(const struct bh_cell_part *cell, struct bhd_why *why)
{
	int error = 0;
	u32 i;

	for (i = 0; i < cell->n_regions && !error; i++)
		if (cell->regions[i].type != BH_REGION_MMIO)
			error = bhd_region_probe(cell->regions[i].phys, cell->regions[i].size, why);
	if (!error && cell->image_size)
		error = bhd_region_probe(cell->image_phys, cell->image_size, why);
	return error;
}

static int check_cell_memory(const struct bhd_blob *blob, struct bhd_why *why)
{
	const struct bh_cell_part *cell = NULL;
	int error = 0;

	if (!blob)
		return -ENODATA;
	while (!error && (cell = bhd_blob_next_cell(blob, cell)))
		error = check_one_cell(cell, why);
	return error;
}

static int check_cores(const struct bhd_blob *blob, struct bhd_why *why)
{
	const struct bh_cell_part *cell = NULL;
	int cpu_of[BH_MAX_CPUS];
	int error = 0;

	if (!blob || bhd_cpus_map(blob->system, cpu_of, why))
		return -ENODATA;
	while (!error && (cell = bhd_blob_next_cell(blob, cell)))
		error = bhd_cores_check(cell, cpu_of, why);
	return error;
}

static const struct bhd_check common_checks[] = {
	{ BH_REQ_CPUS, check_cpus, .needed = true },
	{ BH_REQ_HYP_MEMORY, check_hyp_memory, .needed = true },
	{ BH_REQ_IMAGE, bhd_image_check, .needed = true },
	{ BH_REQ_CELL_MEMORY, check_cell_memory, .needed = false },
	{ BH_REQ_CORES, check_cores, .needed = false },
};

/* Returns check number @i, or NULL. The architecture's checks come first: others rely on them. */
static const struct bhd_check *check_at(size_t i)
{
	if (i < bhd_arch_check_count)
		return &bhd_arch_checks[i];
	i -= bhd_arch_check_count;
	return i < ARRAY_SIZE(common_checks) ? &common_checks[i] : NULL;
}

/* Runs all checks and fills in mine, known, ok, why[] and the facts of CPUs. Returns 0. */
int bhd_check_all(const struct bhd_blob *blob, struct bh_ioc_check *check)
{
	const struct bhd_check *one;
	size_t i;

	static_assert(sizeof(check->why[0]) == sizeof(struct bhd_why));
	for (i = 0; (one = check_at(i)); i++) {
		u32 bit = 1u << one->requirement;
		struct bhd_why why = {};
		int result = one->check(blob, &why);

		check->mine |= bit;
		if (result == -ENODATA)
			continue;
		check->known |= bit;
		if (!result)
			check->ok |= bit;
		else
			memcpy(&check->why[one->requirement], &why, sizeof(why));
	}
	bhd_arch_facts(check);
	return 0;
}

/* Refuses the first requirement of enable that is not met. */
int bhd_check_before_enable(const struct bhd_blob *blob, struct bhd_why *why)
{
	const struct bhd_check *one;
	size_t i;

	for (i = 0; (one = check_at(i)); i++) {
		int result = one->needed ? one->check(blob, why) : 0;

		if (result == -ENODATA)
			result = bhd_refuse(why, BH_E_MACHINE, one->requirement, "%s", "");
		if (result)
			return result;
	}
	return bhd_arch_check_root(blob, why);
}
