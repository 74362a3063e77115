// SPDX-License-Identifier: GPL-2.0
/*
 * Doorbells of shared memory. A region is identified by its index in root's config, which is
 * constant; a cell's region has exactly the same memory.
 *
 * Ringing takes no lock and never waits: it reads one word of listeners and raises their
 * interrupts; an interrupt that is already pending stays pending. If a listener is destroyed
 * meanwhile, its interrupt may belong to another cell when it is raised. That is harmless: a
 * doorbell only tells its receiver to look at the shared memory.
 */
#include <hyp/arch.h>
#include <hyp/resource.h>
#include <hyp/shared.h>

struct bh_rings *rings;

/* By index in root's config. Written under the management lock, read without. */
static struct bell {
	uint32_t listeners; /* mask of cell ids */
	uint16_t irqs[BH_MAX_CELLS];
} bells[BH_MAX_SHARED];

_Static_assert(BH_MAX_CELLS <= 32, "listeners are a mask");

void root_notify(const struct cell *cell)
{
	/* Written by the cell's CPUs and by management. */
	__atomic_fetch_add(&rings->of[cell->id].events, 1, __ATOMIC_RELEASE);
	arch_root_doorbell();
}

/* Count with release order: root, when it sees the count, also sees the cell's earlier writes. */
static void ring_root(const struct cell *cell, unsigned link)
{
	__atomic_fetch_add(&rings->of[cell->id].rung[link], 1, __ATOMIC_RELEASE);
	arch_root_doorbell();
}

int64_t shared_ring(const struct cell *cell, uint64_t index)
{
	const struct bh_cell_part *config = cell->config;
	const struct bell *bell;
	uint64_t listeners;
	unsigned id;

	if (index >= config->n_shared)
		return -BH_E_RANGE;
	if (!(bh_cell_shared(config)[index].flags & BH_SHARED_RING))
		return -BH_E_PERMISSION;
	bell = &bells[cell->links[index]];
	/* Acquire: pairs with set_listener(). */
	listeners = __atomic_load_n(&bell->listeners, __ATOMIC_ACQUIRE) & ~BIT(cell->id);
	for_each_cpu (id, listeners) {
		if (id == BH_ROOT_CELL)
			ring_root(cell, cell->links[index]);
		else
			arch_raise_irq(bell->irqs[id]);
	}
	return (int64_t)count_bits(listeners);
}

static bool listens(const struct bh_shared *shared)
{
	return shared->irq || shared->flags & BH_SHARED_LISTEN;
}

/* Finds the index in root's config of a cell's shared region. */
static bool find_link(const struct bh_cell_part *root, const struct bh_region *region,
		      uint8_t *link)
{
	for (uint32_t i = 0; i < root->n_shared; i++) {
		const struct bh_region *other = &root->regions[bh_cell_shared(root)[i].region];

		*link = (uint8_t)i;
		if (other->phys == region->phys && other->size == region->size)
			return true;
	}
	return false;
}

static bool shared_validate(struct cell *cell, struct bh_refusal *r)
{
	const struct bh_cell_part *config = cell->config;
	const struct bh_cell_part *root = cell->id == BH_ROOT_CELL ? config : root_cell()->config;

	for (uint32_t i = 0; i < config->n_shared; i++) {
		const struct bh_shared *shared = &bh_cell_shared(config)[i];
		const struct bh_region *region = &config->regions[shared->region];

		if (!find_link(root, region, &cell->links[i]))
			return refuse(r, BH_E_NOT_SHARED, BH_F_SHARED, i, region->phys);
		if (shared->irq && !arch_irq_is_spare(shared->irq))
			return refuse(r, BH_E_VALUE, BH_F_SHARED_IRQ, i, shared->irq);
	}
	return true;
}

static void set_listener(struct bell *bell, uint32_t id, bool on)
{
	uint32_t mask = (uint32_t)BIT(id);

	/* Release: the listener's interrupt number is visible before its bit. */
	__atomic_store_n(&bell->listeners, on ? bell->listeners | mask : bell->listeners & ~mask,
			 __ATOMIC_RELEASE);
}

static void shared_grant(struct cell *cell)
{
	for (uint32_t i = 0; i < cell->config->n_shared; i++) {
		const struct bh_shared *shared = &bh_cell_shared(cell->config)[i];
		struct bell *bell = &bells[cell->links[i]];

		bell->irqs[cell->id] = shared->irq;
		if (listens(shared))
			set_listener(bell, cell->id, true);
	}
}

static void shared_revoke(struct cell *cell)
{
	for (uint32_t i = 0; i < cell->config->n_shared; i++)
		set_listener(&bells[cell->links[i]], cell->id, false);
}

/* The cell listens to exactly the doorbells of its config. */
static bool shared_audit(const struct cell *cell)
{
	uint32_t links = 0;

	for (uint32_t i = 0; i < cell->config->n_shared; i++)
		if (listens(&bh_cell_shared(cell->config)[i]))
			links |= (uint32_t)BIT(cell->links[i]);
	for (uint32_t link = 0; link < BH_MAX_SHARED; link++)
		if ((bells[link].listeners >> cell->id & 1) != (links >> link & 1))
			return false;
	return true;
}

RESOURCE_AUDIT(shared_audit);

RESOURCE_CLASS(RANK_DOORBELL, shared_class, .validate = shared_validate, .grant = shared_grant,
	       .revoke = shared_revoke);
