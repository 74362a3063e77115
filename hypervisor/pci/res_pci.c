// SPDX-License-Identifier: GPL-2.0
/*
 * PCI functions and their owners. All accesses of guests to configuration space are emulated:
 * functions of others are absent, that is, they read all ones and ignore writes. Root can write to
 * its functions what pci_root.c permits. A cell can write to its functions the harmless bits of the
 * command register and what pci_msi.c permits. BARs keep their addresses, but can be sized.
 */
#include <hyp/arch.h>
#include <hyp/pci.h>
#include <hyp/resource.h>

#define FUNCTIONS 65536u
#define BUS_BYTES 32u /* of `taken`: 256 functions */

/* One bit for each function: a cell other than root has it. Changed only while root is held. */
static uint8_t taken[FUNCTIONS / 8];

bool pci_any_taken(unsigned first_bus, unsigned last_bus)
{
	for (uint32_t i = first_bus * BUS_BYTES; i < (last_bus + 1) * BUS_BYTES; i++)
		if (taken[i])
			return true;
	return false;
}

static struct pci_function *function_of(const struct cell *cell, pci_bdf_t bdf)
{
	struct pci_functions *own = cell->arch.functions;

	for (uint32_t i = 0; own && i < own->n; i++)
		if (own->list[i].bdf == bdf)
			return &own->list[i];
	return NULL;
}

#define BAR_AT(offset) (((offset)-PCI_BAR) / 4)

static uint32_t absent(unsigned size)
{
	return ~0u >> (32 - 8 * size);
}

uint32_t pci_guest_read(struct cell *cell, pci_bdf_t bdf, uint32_t offset, unsigned size)
{
	const struct pci_function *f = function_of(cell, bdf);

	if (!f && (cell->id != BH_ROOT_CELL || bit_test(taken, bdf)))
		return absent(size);
	if (f && (offset & ~3u) == PCI_ROM) /* cells have no expansion ROMs */
		return 0;
	if (f && size == 4 && BAR_AT(offset) < PCI_BARS && f->sizing >> BAR_AT(offset) & 1)
		return f->mask[BAR_AT(offset)];
	return arch_pci_read(bdf, offset, size);
}

/* A write of all ones to a BAR starts its sizing. No lock: a race of two CPUs harms only their own
 * cell. */
static void write_bar(struct pci_function *f, uint32_t bar, uint32_t value)
{
	uint8_t bit = (uint8_t)(1u << bar);

	f->sizing = (uint8_t)(value == ~0u ? f->sizing | bit : f->sizing & ~bit);
}

void pci_guest_write(struct cell *cell, pci_bdf_t bdf, uint32_t offset, unsigned size,
		     uint32_t value)
{
	struct pci_function *f = function_of(cell, bdf);

	if (cell->id == BH_ROOT_CELL && !bit_test(taken, bdf))
		pci_root_write(bdf, offset, size, value);
	else if (!f || size == 1)
		return;
	else if (offset == PCI_COMMAND)
		arch_pci_write(bdf, PCI_COMMAND, 2, (value & f->own) | f->forced);
	else if (offset >= PCI_HEADER_END)
		pci_msi_write(f, offset, size, value);
	else if (size == 4 && BAR_AT(offset) < PCI_BARS)
		write_bar(f, BAR_AT(offset), value);
}

static bool config_mmio(struct cell *cell, struct mmio_access *access, void *context)
{
	pci_bdf_t bdf = (pci_bdf_t)(access->offset >> 12);
	uint32_t offset = access->offset & PAGE_MASK;

	(void)context;
	if (access->size > 4 || access->offset % access->size)
		return false;
	if (access->write)
		pci_guest_write(cell, bdf, offset, access->size, (uint32_t)access->value);
	else
		access->value = pci_guest_read(cell, bdf, offset, access->size);
	return true;
}

/* ---- ownership ---- */

static struct cell *owner_of(pci_bdf_t bdf)
{
	for (unsigned i = BH_ROOT_CELL + 1; i < BH_MAX_CELLS; i++)
		if (cells[i] && function_of(cells[i], bdf))
			return cells[i];
	return NULL;
}

/* Has the cell interrupts besides the one that its console raises? Which one is a function's, only
 * the firmware knows. */
static bool has_wire(const struct bh_cell_part *config)
{
	const struct bh_range *irqs = bh_cell_irqs(config);

	return config->n_irqs > 1 ||
	       (config->n_irqs && (irqs->count > 1 || irqs->first != config->console_irq));
}

/* The cell must have all memory that the function decodes: what it lacks would be root's. In
 * a cell without ports it decodes none. */
static bool check_bars(struct pci_function *f, uint32_t range, struct bh_refusal *r)
{
	const struct bh_cell_part *config = f->cell->config;
	uint32_t command = arch_pci_read(f->bdf, PCI_COMMAND, 2);
	struct pci_span span;
	bool ok = true;

	f->own = config->n_ports ? PCI_COMMAND_OWN : PCI_COMMAND_OWN & ~PCI_COMMAND_IO;
	f->forced = has_wire(config) ? 0 : PCI_COMMAND_NO_INTX;
	arch_pci_write(f->bdf, PCI_COMMAND, 2, command & ~PCI_COMMAND_DECODE);
	for (uint32_t at = PCI_BAR; at < PCI_BAR + 4 * PCI_BARS;) {
		at += pci_span(f->bdf, at, &span, &f->mask[BAR_AT(at)]);
		ok &= span.ports || pci_in_config(config, &span);
	}
	arch_pci_write(f->bdf, PCI_COMMAND, 2, command);
	return require(ok, r, BH_E_BAR, BH_F_PCI, range, f->bdf);
}

/* Adds a function to the cell. Refuses one that is absent, has another owner, or is a bridge,
 * behind which functions of other owners may lie. */
static bool add_function(struct cell *cell, pci_bdf_t bdf, uint32_t range, struct bh_refusal *r)
{
	struct pci_functions *own = cell->arch.functions;
	const struct cell *owner = owner_of(bdf);
	struct pci_function *f;

	if (owner)
		return refuse_owned(r, BH_E_OWNED, BH_F_PCI, range, bdf, owner->id);
	if (!require(own->n < PCI_FUNCTIONS, r, BH_E_NO_SLOT, BH_F_PCI, range, bdf) ||
	    !require(arch_pci_read(bdf, 0, 2) != 0xffff, r, BH_E_RANGE, BH_F_PCI, range, bdf) ||
	    !require((arch_pci_read(bdf, PCI_HEADER_TYPE, 1) & 0x7f) == 0, r, BH_E_UNSUPPORTED,
		     BH_F_PCI, range, bdf))
		return false;
	f = &own->list[own->n++];
	f->bdf = bdf;
	f->cell = cell;
	return check_bars(f, range, r) && pci_msi_find(f, range, r);
}

static bool pci_validate(struct cell *cell, struct bh_refusal *r)
{
	const struct bh_range *ranges = bh_cell_functions(cell->config);

	if (!arch_pci_trap(cell, config_mmio, r))
		return false;
	if (!cell->config->n_functions)
		return true;
	if (cell->id == BH_ROOT_CELL) /* root has all functions: its config lists none */
		return refuse(r, BH_E_UNSUPPORTED, BH_F_PCI, 0, ranges[0].first);
	cell->arch.functions = take_pages(1, r);
	if (!cell->arch.functions)
		return false;
	for (uint32_t i = 0; i < cell->config->n_functions; i++)
		for (uint32_t n = 0; n < ranges[i].count; n++)
			if (!add_function(cell, (pci_bdf_t)(ranges[i].first + n), i, r))
				return false;
	return true;
}

#define for_each_function(cell, f)                                               \
	for ((f) = (cell)->arch.functions ? (cell)->arch.functions->list : NULL; \
	     (f) && (f) < (cell)->arch.functions->list + (cell)->arch.functions->n; (f)++)

/* Disables the functions: no decoding, no bus mastering, no messages. */
static void pci_reset(struct cell *cell)
{
	struct pci_function *f;

	for_each_function (cell, f) {
		arch_pci_write(f->bdf, PCI_COMMAND, 2, f->forced);
		pci_msi_reset(f);
		arch_pci_write(f->bdf, PCI_COMMAND, 2, f->forced);
		f->sizing = 0;
	}
}

static void pci_grant(struct cell *cell)
{
	struct pci_function *f;

	for_each_function (cell, f) {
		bit_assign(taken, f->bdf, true);
		/* Or its expansion ROM would decode with the rest. */
		arch_pci_write(f->bdf, PCI_ROM, 1, 0);
		pci_msi_grant(f);
	}
	pci_reset(cell);
}

static void pci_revoke(struct cell *cell)
{
	const struct pci_function *f;

	pci_reset(cell);
	for_each_function (cell, f) {
		arch_pci_write(f->bdf, PCI_COMMAND, 2, 0);
		bit_assign(taken, f->bdf, false);
	}
}

static void pci_release(struct cell *cell)
{
	pool_free(cell->arch.functions, 1);
}

RESOURCE_CLASS(RANK_DEVICE, pci_class, .validate = pci_validate, .grant = pci_grant,
	       .reset = pci_reset, .revoke = pci_revoke, .release = pci_release);
