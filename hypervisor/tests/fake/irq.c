// SPDX-License-Identifier: GPL-2.0
/* A trivial interrupt controller: the owner of each interrupt, and how often it was raised. */
#include <hyp/resource.h>
#include "model.h"

#define NOBODY 0xffu

/* Interrupts below are private to each CPU: every cell has its own. */
#define FIRST_SHARED 32u

static uint8_t owners[FAKE_IRQS];
static bool owners_known;

uint32_t fake_irq_owner(unsigned irq)
{
	return !owners_known || owners[irq] == NOBODY ? BH_OWNER_NONE : owners[irq];
}

static bool line_is_free(const struct cell *cell, uint32_t index, uint32_t irq,
			 struct bh_refusal *r)
{
	uint32_t owner = fake_irq_owner(irq);

	if (cell->id == BH_ROOT_CELL || owner == BH_ROOT_CELL)
		return true;
	return refuse_owned(r, owner == BH_OWNER_NONE ? BH_E_NOT_ROOT : BH_E_OWNED, BH_F_IRQ, index,
			    irq, owner);
}

static bool irq_validate(struct cell *cell, struct bh_refusal *r)
{
	const struct bh_range *ranges = bh_cell_irqs(cell->config);

	for (uint32_t i = 0; i < cell->config->n_irqs; i++) {
		uint32_t end = ranges[i].first + ranges[i].count;

		if (end > FAKE_IRQS || end < ranges[i].first)
			return refuse(r, BH_E_RANGE, BH_F_IRQ, i, ranges[i].first);
		for (uint32_t irq = MAX(ranges[i].first, FIRST_SHARED); irq < end; irq++)
			if (!line_is_free(cell, i, irq, r))
				return false;
	}
	return true;
}

static void set_owner(const struct cell *cell, uint8_t owner)
{
	const struct bh_range *ranges = bh_cell_irqs(cell->config);

	for (uint32_t i = 0; !owners_known && i < FAKE_IRQS; i++)
		owners[i] = NOBODY;
	owners_known = true;
	for (uint32_t i = 0; i < cell->config->n_irqs; i++)
		for (uint32_t irq = ranges[i].first; irq < ranges[i].first + ranges[i].count; irq++)
			owners[irq] = owner;
}

static void irq_grant(struct cell *cell)
{
	set_owner(cell, (uint8_t)cell->id);
}

static void irq_revoke(struct cell *cell)
{
	set_owner(cell, BH_ROOT_CELL);
}

static bool irq_audit(const struct cell *cell)
{
	const struct bh_range *ranges = bh_cell_irqs(cell->config);

	for (uint32_t i = 0; cell->id != BH_ROOT_CELL && i < cell->config->n_irqs; i++)
		for (uint32_t irq = MAX(ranges[i].first, FIRST_SHARED);
		     irq < ranges[i].first + ranges[i].count; irq++)
			if (fake_irq_owner(irq) != cell->id)
				return false;
	return true;
}

RESOURCE_AUDIT(irq_audit);

RESOURCE_CLASS(RANK_IRQ, fake_irqs, .validate = irq_validate, .grant = irq_grant,
	       .revoke = irq_revoke);

void arch_raise_irq(uint32_t irq)
{
	if (irq < FIRST_SHARED || irq >= FAKE_IRQS)
		fake_fail("interrupt %u raised", irq);
	fake.irqs[irq]++;
}

bool arch_irq_is_spare(uint32_t irq)
{
	return irq >= FAKE_CELL_IRQ(0) && irq <= FAKE_CELL_IRQ(3);
}

void arch_root_doorbell(void)
{
	fake.doorbells++;
}
