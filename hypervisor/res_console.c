// SPDX-License-Identifier: GPL-2.0
/*
 * A cell's console: an emulated UART on top of rings in pages of the pool, which root may read and
 * write while the cell exists.
 */
#include <hyp/arch.h>
#include <hyp/console.h>
#include <hyp/resource.h>

/* Pages of the pool are mapped in root one by one, never as or into a superpage: so unmapping them
 * splits none and needs no page. */
#define RING_ATTRS (PT_READ | PT_WRITE | PT_NO_SUPER | PT_NO_MERGE)

/* A UART with I/O ports needs no MMIO range: the architecture dispatches port accesses. */
static bool add_registers(struct cell *cell, const struct uart *uart, struct bh_refusal *r)
{
	uint64_t guest = cell->config->console_guest;

	if (uart->ports)
		return true;
	return require(guest < arch_phys_limit(), r, BH_E_RANGE, BH_F_CONSOLE, 0, guest) &&
	       require(mmio_add(&cell->mmio, guest, PAGE_SIZE, uart->access, NULL,
				BH_EXIT_MMIO_CONSOLE),
		       r, BH_E_NO_SLOT, BH_F_CONSOLE, 0, guest);
}

static bool console_validate(struct cell *cell, struct bh_refusal *r)
{
	const struct uart *uart = arch_uarts[cell->config->console_kind];
	struct bh_console *ring;
	paddr_t phys;

	if (!uart)
		return true;
	if (!add_registers(cell, uart, r))
		return false;
	ring = take_pages(BH_CONSOLE_BYTES / PAGE_SIZE, r);
	if (!ring)
		return false;
	ring->magic = BH_CONSOLE_MAGIC;
	cell->console.ring = ring;
	phys = ptr_to_phys(ring);
	return reserve_pages(
		cell, pt_pages_to_map(&root_cell()->s2, phys, phys, BH_CONSOLE_BYTES, RING_ATTRS),
		r);
}

static void console_grant(struct cell *cell)
{
	if (cell->console.ring)
		cell_show(root_cell(), &cell->reserve, ptr_to_phys(cell->console.ring),
			  cell->console.ring, BH_CONSOLE_BYTES, RING_ATTRS);
}

static void console_revoke(struct cell *cell)
{
	if (cell->console.ring)
		pt_unmap(&root_cell()->s2, &cell->reserve, ptr_to_phys(cell->console.ring),
			 BH_CONSOLE_BYTES);
}

static void console_release(struct cell *cell)
{
	pool_free(cell->console.ring, BH_CONSOLE_BYTES / PAGE_SIZE);
}

RESOURCE_CLASS(RANK_POOL, console_class, .validate = console_validate, .grant = console_grant,
	       .reset = console_reset, .revoke = console_revoke, .release = console_release);
