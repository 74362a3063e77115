// SPDX-License-Identifier: GPL-2.0
/* All cells, the machine's config, a cell's state, pages of the pool that cells see. */
#include <hyp/arch.h>
#include <hyp/cell.h>

struct cell *cells[BH_MAX_CELLS];
const struct bh_system_part *system_config;

uint32_t cell_state(const struct cell *cell)
{
	/* Acquire: pairs with publish_end(), which writes the failure record before the state. */
	uint32_t state = __atomic_load_n(&cell->state, __ATOMIC_ACQUIRE);

	return state == CELL_STOPPING ? BH_STATE_RUNNING : state;
}

void cell_set_state(struct cell *cell, uint32_t state)
{
	__atomic_store_n(&cell->state, state, __ATOMIC_SEQ_CST);
}

bool cell_refuse_state(const struct cell *cell, struct bh_refusal *r)
{
	return refuse_owned(r, BH_E_STATE, BH_F_STATE, 0, cell_state(cell), cell->id);
}

void cell_show(struct cell *cell, struct page_reserve *reserve, ipaddr_t guest, const void *pages,
	       uint64_t size, unsigned attrs)
{
	arch_clean(pages, size);
	pt_map(&cell->s2, reserve, guest, ptr_to_phys(pages), size, attrs);
}
