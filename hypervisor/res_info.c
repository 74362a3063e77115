// SPDX-License-Identifier: GPL-2.0
/* The info page, in which a cell reads its own configuration. */
#include <hyp/arch.h>
#include <hyp/resource.h>
#include <hyp/string.h>

#define INFO_ATTRS (PT_READ | PT_NO_SUPER)

static bool info_validate(struct cell *cell, struct bh_refusal *r)
{
	uint64_t guest = cell->config->info_guest;

	if (!guest)
		return true;
	if (guest >= arch_phys_limit())
		return refuse(r, BH_E_RANGE, BH_F_INFO_PAGE, 0, guest);
	cell->info = take_pages(1, r);
	if (!cell->info)
		return false;
	return reserve_pages(
		cell,
		pt_pages_to_map(&cell->s2, guest, ptr_to_phys(cell->info), PAGE_SIZE, INFO_ATTRS),
		r);
}

static void fill(struct cell *cell)
{
	const struct bh_cell_part *config = cell->config;
	struct bh_info *info = cell->info;
	unsigned cpu, n = 0;

	info->magic = BH_INFO_MAGIC;
	info->version = BH_ABI_VERSION;
	info->cell_id = cell->id;
	info->console_guest = config->console_guest;
	info->console_kind = config->console_kind;
	info->console_irq = config->console_irq;
	info->irq_mode = config->irq_mode;
	info->n_cpus = (uint32_t)count_bits(config->cpus);
	info->n_regions = config->n_regions;
	info->n_shared = config->n_shared;
	memcpy(info->name, config->name, sizeof(info->name));
	memcpy(info->args, config->args, sizeof(info->args));
	memcpy(info->regions, config->regions, config->n_regions * sizeof(config->regions[0]));
	memcpy(info->shared, bh_cell_shared(config), config->n_shared * sizeof(info->shared[0]));
	for_each_cpu (cpu, config->cpus)
		if (n < ARRAY_SIZE(info->cpu_ids))
			info->cpu_ids[n++] = system_config->cpus[cpu].hw_id;
	arch_fill_info(info);
}

static void info_grant(struct cell *cell)
{
	if (!cell->info)
		return;
	fill(cell);
	cell_show(cell, &cell->reserve, cell->config->info_guest, cell->info, PAGE_SIZE,
		  INFO_ATTRS);
}

/* Clear the request. The arguments stay: a start writes them, SYSTEM_RESET keeps them. */
static void info_reset(struct cell *cell)
{
	if (!cell->info)
		return;
	cell->info->request = BH_REQUEST_NONE;
	arch_clean(cell->info, sizeof(*cell->info));
}

/* No revoke: the memory class unmaps the cell's whole second stage. */
static void info_release(struct cell *cell)
{
	pool_free(cell->info, 1);
}

RESOURCE_CLASS(RANK_POOL, info_class, .validate = info_validate, .grant = info_grant,
	       .reset = info_reset, .release = info_release);
