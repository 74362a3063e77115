// SPDX-License-Identifier: GPL-2.0
/*
 * Memory: RAM, device registers, shared memory, the snapshot.
 *
 * Initially root owns all of it. A cell's RAM, MMIO and snapshot are unmapped from root's second
 * stage while the cell exists; shared regions stay mapped. Root's second stage is an identity map.
 *
 * Revoke needs no page: unmapping keeps the tables that it splits, and a range that was removed as
 * whole leaves is mapped as whole leaves again, because both use the same ranges and adjacent
 * regions of root with the same attributes are mapped as one run.
 */
#include <hyp/arch.h>
#include <hyp/memory.h>
#include <hyp/resource.h>

_Static_assert(BH_REGION_READ == PT_READ && BH_REGION_WRITE == PT_WRITE &&
		       BH_REGION_EXECUTE == PT_EXECUTE,
	       "rights are the same bits");
#define RIGHTS (PT_READ | PT_WRITE | PT_EXECUTE)

static unsigned attrs_of(const struct bh_region *region)
{
	unsigned attrs = region->flags & RIGHTS;

	if (region->type == BH_REGION_MMIO)
		attrs |= PT_DEVICE;
	if (region->flags & BH_REGION_SMALL_PAGES)
		attrs |= PT_NO_SUPER;
	return attrs;
}

/* Root's region that contains this address, or NULL. */
static const struct bh_region *root_region(paddr_t phys)
{
	const struct bh_cell_part *config = root_cell()->config;

	for (uint32_t i = 0; i < config->n_regions; i++) {
		const struct bh_region *region = &config->regions[i];

		if (phys >= region->phys && phys - region->phys < region->size)
			return region;
	}
	return NULL;
}

/* Attributes of root's memory at phys, and the bytes from phys on for which they hold. 0: not root's. */
static unsigned root_attrs(paddr_t phys, uint64_t *size)
{
	const struct bh_region *region = root_region(phys);

	if (!region)
		return 0;
	*size = region->phys + region->size - phys;
	return arch_root_attrs(phys, size, attrs_of(region));
}

/* Bytes from phys on, at most size, that lie in root's regions with the same attributes. */
static uint64_t root_run(paddr_t phys, uint64_t size, unsigned *attrs)
{
	uint64_t run = 0, part = size;

	*attrs = root_attrs(phys, &part);
	do
		run += part;
	while (run < size && root_attrs(phys + run, &part) == *attrs);
	return MIN(run, size);
}

static void map_in_root(struct cell *cell, paddr_t phys, uint64_t size)
{
	while (size) {
		unsigned attrs;
		uint64_t run = root_run(phys, size, &attrs);

		pt_map(&root_cell()->s2, &cell->reserve, phys, phys, run, attrs);
		phys += run;
		size -= run;
	}
}

static void unmap_in_root(struct cell *cell, paddr_t phys, uint64_t size)
{
	pt_unmap(&root_cell()->s2, &cell->reserve, phys, size);
}

/* ---- validate ---- */

static bool in_hypervisor(const struct claim *c, struct bh_refusal *r)
{
	uint64_t start = system_config->hyp_phys;

	if (!ranges_overlap(c->phys, c->size, start, system_config->hyp_size))
		return false;
	refuse_owned(r, BH_E_OWNED, c->field, c->index, MAX(c->phys, start), BH_OWNER_HYPERVISOR);
	return true;
}

/* Does the claim overlap memory of this cell? */
static bool has_some(uint32_t id, const struct claim *c, struct bh_refusal *r)
{
	struct claim other;
	uint32_t i;

	for_each_claim (i, &other, cells[id]->config) {
		if (c->type == BH_REGION_SHARED && other.type == BH_REGION_SHARED)
			continue;
		if (ranges_overlap(c->phys, c->size, other.phys, other.size)) {
			refuse_owned(r, BH_E_OWNED, c->field, c->index, MAX(c->phys, other.phys),
				     id);
			return true;
		}
	}
	return false;
}

/* Does it overlap memory of any other cell but root? */
static bool in_cell(const struct cell *self, const struct claim *c, struct bh_refusal *r)
{
	for (uint32_t id = BH_ROOT_CELL + 1; id < BH_MAX_CELLS; id++)
		if (cells[id] && cells[id] != self && has_some(id, c, r))
			return true;
	return false;
}

/*
 * Does the claim lie in root's regions of the same type? Its rights may not exceed root's, except
 * for shared memory, where each side has rights of its own.
 */
static bool is_roots(const struct claim *c, struct bh_refusal *r)
{
	bool shared = c->type == BH_REGION_SHARED;
	paddr_t phys = c->phys, end = c->phys + c->size;

	while (phys < end) {
		const struct bh_region *region = root_region(phys);

		if (!region || region->type != c->type)
			return refuse(r, shared ? BH_E_NOT_SHARED : BH_E_NOT_ROOT, c->field,
				      c->index, phys);
		if (!shared && c->flags & ~region->flags & RIGHTS)
			return refuse(r, BH_E_NOT_ROOT,
				      c->field == BH_F_IMAGE ? BH_F_IMAGE : BH_F_REGION_FLAGS,
				      c->index, c->flags);
		phys = region->phys + region->size;
	}
	return true;
}

static bool may_claim(const struct cell *cell, const struct claim *c, struct bh_refusal *r)
{
	return !in_hypervisor(c, r) && !in_cell(cell, c, r) && is_roots(c, r);
}

/* Upper bound for the pages that mapping a region in its cell takes. */
static size_t pages_to_map(const struct cell *cell, const struct bh_region *region)
{
	size_t pages = 0;
	uint64_t run;

	for (uint64_t at = 0; at < region->size; at += run) {
		unsigned attrs = attrs_of(region);

		run = region->size - at;
		if (cell->id == BH_ROOT_CELL)
			attrs = arch_root_attrs(region->phys + at, &run, attrs);
		pages += pt_pages_to_map(&cell->s2, region->guest + at, region->phys + at, run,
					 attrs);
	}
	return pages;
}

/* Check a region's address ranges, and reserve pages for mapping it in the cell. */
static bool validate_guest(struct cell *cell, uint32_t i, struct bh_refusal *r)
{
	const struct bh_region *region = &cell->config->regions[i];
	uint64_t limit = arch_phys_limit();

	if (region->phys + region->size > limit)
		return refuse(r, BH_E_RANGE, BH_F_REGION_PHYS, i, region->phys);
	if (region->guest + region->size > limit)
		return refuse(r, BH_E_RANGE, BH_F_REGION_GUEST, i, region->guest);
	return reserve_pages(cell, pages_to_map(cell, region), r);
}

static bool validate_claims(struct cell *cell, struct bh_refusal *r)
{
	const struct page_table *root = &root_cell()->s2;
	struct claim claim;
	uint32_t i;

	for_each_claim (i, &claim, cell->config) {
		if (!may_claim(cell, &claim, r))
			return false;
		if (claim.type != BH_REGION_SHARED &&
		    !reserve_pages(cell, pt_pages_to_unmap(root, claim.phys, claim.size), r))
			return false;
	}
	return true;
}

static bool memory_validate(struct cell *cell, struct bh_refusal *r)
{
	struct claim claim;

	for (uint32_t i = 0; i < cell->config->n_regions; i++) {
		if (!validate_guest(cell, i, r))
			return false;
		if (cell->id == BH_ROOT_CELL && claim_of(cell->config, i, &claim) &&
		    in_hypervisor(&claim, r))
			return false;
	}
	return cell->id == BH_ROOT_CELL || validate_claims(cell, r);
}

/* ---- ownership moves ---- */

static void memory_grant(struct cell *cell)
{
	struct claim claim;
	uint32_t i;

	if (cell->id != BH_ROOT_CELL)
		for_each_claim (i, &claim, cell->config)
			if (claim.type != BH_REGION_SHARED)
				unmap_in_root(cell, claim.phys, claim.size);
	for (i = 0; i < cell->config->n_regions; i++) {
		const struct bh_region *region = &cell->config->regions[i];

		if (!(region->flags & RIGHTS))
			continue;
		if (cell->id == BH_ROOT_CELL)
			map_in_root(cell, region->phys, region->size);
		else
			pt_map(&cell->s2, &cell->reserve, region->guest, region->phys, region->size,
			       attrs_of(region));
	}
}

static bool is_open(const struct cell *cell, const struct claim *claim)
{
	return cell->open && claim->flags & BH_REGION_LOADABLE;
}

static void memory_revoke(struct cell *cell)
{
	struct claim claim;
	uint32_t i;

	/* Unmapping the whole address space splits no leaf, so it needs no page. */
	pt_unmap(&cell->s2, &cell->reserve, 0, pt_limit(&cell->s2));
	for_each_claim (i, &claim, cell->config)
		if (claim.type != BH_REGION_SHARED && !is_open(cell, &claim))
			map_in_root(cell, claim.phys, claim.size);
}

bool memory_open(struct cell *cell, struct bh_refusal *r)
{
	struct claim claim;
	uint32_t i;

	if (!root_hold(r))
		return false;
	for_each_claim (i, &claim, cell->config)
		if (claim.flags & BH_REGION_LOADABLE)
			map_in_root(cell, claim.phys, claim.size);
	cell->open = true;
	root_release();
	return true;
}

/*
 * An open region may have merged with adjacent memory that returned to root meanwhile: then closing
 * it splits a superpage.
 */
bool memory_close(struct cell *cell, struct bh_refusal *r)
{
	const struct page_table *root = &root_cell()->s2;
	struct claim claim;
	uint32_t i;
	bool ok = true;

	if (!cell->open)
		return true;
	for_each_claim (i, &claim, cell->config)
		if (ok && claim.flags & BH_REGION_LOADABLE)
			ok = reserve_pages(cell, pt_pages_to_unmap(root, claim.phys, claim.size),
					   r);
	ok = ok && root_hold(r);
	if (ok) {
		for_each_claim (i, &claim, cell->config)
			if (claim.flags & BH_REGION_LOADABLE)
				unmap_in_root(cell, claim.phys, claim.size);
		cell->open = false;
		root_release();
	}
	reserve_release(&cell->reserve);
	return ok;
}

/* Can another cell but root still use this page? A cell that is being wiped never runs again. */
static bool is_shared(const struct cell *self, paddr_t page)
{
	const struct claim claim = { .phys = page, .size = PAGE_SIZE, .type = BH_REGION_RAM };
	struct bh_refusal ignored;

	for (uint32_t id = BH_ROOT_CELL + 1; id < BH_MAX_CELLS; id++)
		if (cells[id] && cells[id] != self && cells[id]->state != BH_STATE_WIPING &&
		    has_some(id, &claim, &ignored))
			return true;
	return false;
}

/* Wipe the pages of a shared piece that no other cell can use. */
static void wipe_shared(const struct cell *cell, paddr_t phys, uint64_t size)
{
	for (paddr_t page = phys; page < phys + size; page += PAGE_SIZE)
		if (!is_shared(cell, page))
			arch_wipe(page, PAGE_SIZE);
}

bool memory_wipe_piece(struct cell *cell)
{
	uint64_t offset = cell->progress;
	struct claim claim;
	uint32_t i;

	for_each_claim (i, &claim, cell->config) {
		/* Only root could write the RAM of a cell that never ran. */
		if (claim.type == BH_REGION_MMIO || (claim.type == BH_REGION_RAM && !cell->starts))
			continue;
		if (offset < claim.size) {
			uint64_t size = MIN(MEMORY_PIECE, claim.size - offset);

			if (claim.type == BH_REGION_SHARED)
				wipe_shared(cell, claim.phys + offset, size);
			else
				arch_wipe(claim.phys + offset, size);
			cell->progress += size;
			return true;
		}
		offset -= claim.size;
	}
	return false;
}

RESOURCE_CLASS(RANK_MEMORY, memory_class, .validate = memory_validate, .grant = memory_grant,
	       .revoke = memory_revoke);
