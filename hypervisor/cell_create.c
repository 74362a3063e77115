// SPDX-License-Identifier: GPL-2.0
/*
 * Creating and destroying cells, and their status. On a CPU of root with the management lock held,
 * or at enable.
 */
#include <hyp/arch.h>
#include <hyp/decode.h>
#include <hyp/log.h>
#include <hyp/memory.h>
#include <hyp/resource.h>
#include <hyp/shared.h>
#include <hyp/string.h>

_Static_assert(sizeof(struct cell) <= PAGE_SIZE, "a cell is one page");

/* Free a cell that owns no resources (refused or revoked), but not its config. */
static void cell_free(struct cell *cell)
{
	classes_release(cell);
	reserve_release(&cell->reserve);
	cell->s2.live = false; /* its CPUs are off, and no TLB holds its entries */
	pt_free(&cell->s2);
	arch_cell_exit(cell);
	pool_free(cell, 1);
}

static struct cell *cell_alloc(const struct bh_cell_part *part, uint32_t id, struct bh_refusal *r)
{
	struct cell *cell = take_pages(1, r);

	if (!cell)
		return NULL;
	cell->id = id;
	cell->config = part;
	cell->rights = part->rights;
	if (arch_cell_init(cell, r))
		return cell;
	pool_free(cell, 1);
	return NULL;
}

bool cell_create_root(const struct bh_cell_part *part, struct bh_refusal *r)
{
	struct cell *root = cell_alloc(part, BH_ROOT_CELL, r);

	/* A refusal ends the hypervisor: nothing needs to be released. */
	if (!root || !classes_validate(root, r))
		return false;
	cells[BH_ROOT_CELL] = root;
	classes_grant(root);
	reserve_release(&root->reserve);
	cell_set_state(root, BH_STATE_RUNNING);
	return true;
}

static bool name_is_free(const char *name, struct bh_refusal *r)
{
	for (uint32_t id = 0; id < BH_MAX_CELLS; id++)
		if (cells[id] && !memcmp(cells[id]->config->name, name, BH_NAME_SIZE))
			return refuse_owned(r, BH_E_EXISTS, BH_F_NAME, 0, id, id);
	return true;
}

static bool free_id(uint32_t *id, struct bh_refusal *r)
{
	for (*id = BH_ROOT_CELL + 1; *id < BH_MAX_CELLS; ++*id)
		if (!cells[*id])
			return true;
	return refuse(r, BH_E_NO_SLOT, BH_F_CELL_ID, 0, BH_MAX_CELLS);
}

/* Root's other CPUs are held from validation until the resources have moved. */
static bool cell_build(struct cell *cell, struct bh_refusal *r)
{
	bool ok;

	if (!root_hold(r))
		return false;
	ok = classes_validate(cell, r);
	if (ok && !cell->only_checked)
		classes_grant(cell);
	root_release();
	return ok;
}

bool cell_create(const void *part, size_t size, bool only_check, uint32_t *id, struct bh_refusal *r)
{
	const struct bh_cell_part *config = part;
	size_t before = pool_pages_used() - 1; /* the config's page counts as the cell's */
	struct cell *cell;
	bool ok;

	if (!decode_cell(config, size, BH_PART_CELL, r) || !name_is_free(config->name, r) ||
	    !free_id(id, r))
		return false;
	cell = cell_alloc(config, *id, r);
	if (!cell)
		return false;
	cell->only_checked = only_check;
	ok = cell_build(cell, r);
	if (!ok || only_check) {
		cell_free(cell);
		return ok;
	}
	reserve_release(&cell->reserve);
	cell->pages = pool_pages_used() - before;
	cell_set_state(cell, BH_STATE_CREATED);
	cells[*id] = cell;
	log_message(BH_MSG_CELL_CREATED, *id, 0, 0, 0);
	root_notify(cell);
	return true;
}

/* The cell's memory is wiped: return its resources to root. */
static bool finish_destroy(struct cell *cell, struct bh_refusal *r)
{
	const void *config = cell->config;
	uint32_t id = cell->id;

	if (!root_hold(r))
		return false;
	classes_revoke(cell);
	cells[id] = NULL;
	root_release();
	log_message(BH_MSG_CELL_DESTROYED, id, 0, 0, 0);
	root_notify(cell);
	cell_free(cell);
	pool_free((void *)config, 1);
	return true;
}

bool cell_destroy(struct cell *cell, struct bh_refusal *r)
{
	if (cell->state != BH_STATE_WIPING) {
		if (!cell_is_idle(cell, r))
			return false;
		cell->progress = 0;
		classes_reset(cell); /* stops DMA of its devices */
		cell_set_state(cell, BH_STATE_WIPING);
		root_notify(cell);
	}
	if (memory_wipe_piece(cell))
		return refuse(r, BH_E_AGAIN, BH_F_NONE, 0, cell->progress);
	return finish_destroy(cell, r);
}

void cell_status(const struct cell *cell, struct bh_cell_status *status)
{
	unsigned i;

	*status = (struct bh_cell_status){
		.id = cell->id,
		.state = cell_state(cell),
		.cpus = cell->cpus,
		.memory_bytes = cell->pages * PAGE_SIZE,
		.irq_mode = cell->config->irq_mode,
		.starts = cell->starts,
	};
	memcpy(status->name, cell->config->name, BH_NAME_SIZE);
	if (cell->console.ring)
		status->console_phys = ptr_to_phys(cell->console.ring);
	for_each_cpu (i, cell->cpus) {
		uint32_t state = percpu_of(i)->public.state;

		if (state == CPU_RUNNING || state == CPU_STARTING)
			status->cpus_on |= BIT(i);
	}
	/* While the cell runs, the record is empty or being written. */
	if (status->state != BH_STATE_RUNNING)
		status->failure = cell->failure;
}
