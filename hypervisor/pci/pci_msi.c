// SPDX-License-Identifier: GPL-2.0
/*
 * Interrupt messages of cells' PCI functions (PCI 3.0, 6.8). Each register only ever gets values
 * that, combined with any value of the others, mean an interrupt for one CPU of the cell. Other
 * values are not written.
 */
#include <hyp/arch.h>
#include <hyp/pci.h>
#include <hyp/resource.h>

#define CAP_MSI 0x05
#define CAP_MSIX 0x11

#define CONTROL 2u		/* offsets in a capability */
#define MSI_CONTROL_OWN 0x0071u /* bits a cell may write: enable, number of messages */
#define MSI_CONTROL_64 0x0080u
#define MSI_ADDRESS 4u
#define MSIX_CONTROL_OWN 0xc000u /* bits a cell may write: enable, function mask */
#define MSIX_TABLE 4u

#define ENTRY_SIZE 16u /* of MSI-X: address, its upper half, data, control; 4 bytes each */
#define ENTRY_MASKED 1u
#define ENTRY_WORD(at) ((at) % ENTRY_SIZE / 4)

/* ---- capabilities ---- */

/* Returns the offset of MSI's data register, which depends on the size of its address. */
static uint32_t msi_data(const struct pci_function *f)
{
	return f->msi + (f->msi64 ? 12u : 8u);
}

/* Writes the bits `own` of a 16-bit control register, and leaves its other bits. */
static void write_control(const struct pci_function *f, uint32_t offset, uint32_t own,
			  uint32_t value)
{
	uint32_t old = arch_pci_read(f->bdf, offset, 2);

	arch_pci_write(f->bdf, offset, 2, (old & ~own) | (value & own));
}

/* Absent capabilities have offset 0, which no offset behind the header matches. */
void pci_msi_write(const struct pci_function *f, uint32_t offset, unsigned size, uint32_t value)
{
	bool ok = offset == msi_data(f) && arch_msi_data_ok(value);

	if (size == 4 && (offset == f->msi || offset == f->msix)) {
		offset += CONTROL; /* the control register is the upper half of the word */
		value >>= 16;
	}
	if (offset == f->msix + CONTROL)
		write_control(f, offset, MSIX_CONTROL_OWN, value);
	else if (offset == f->msi + CONTROL)
		write_control(f, offset, MSI_CONTROL_OWN, value);
	else if (ok || (size == 4 && offset == f->msi + MSI_ADDRESS &&
			arch_msi_address_ok(f->cell, value)))
		arch_pci_write(f->bdf, offset, size, value);
}

/* ---- MSI-X tables: their pages are unmapped from the cell ---- */

static bool table_mmio(struct cell *cell, struct mmio_access *access, void *context)
{
	const struct pci_function *f = context;
	uint64_t at = access->offset - (f->table & PAGE_MASK); /* offset in the table */
	paddr_t phys = (f->table & ~PAGE_MASK) + access->offset;
	uint32_t value = (uint32_t)access->value;

	if (access->size != 4 || access->offset & 3)
		return false;
	if (!access->write)
		access->value = arch_device_read(phys);
	else if (at >= (uint64_t)f->entries * ENTRY_SIZE || /* a register behind the table */
		 (ENTRY_WORD(at) == 0 && arch_msi_address_ok(cell, value)) ||
		 (ENTRY_WORD(at) == 1 && !value) ||
		 (ENTRY_WORD(at) == 2 && arch_msi_data_ok(value)) || ENTRY_WORD(at) == 3)
		arch_device_write(phys, value);
	return true;
}

static uint64_t table_pages(const struct pci_function *f)
{
	return ALIGN_UP((f->table & PAGE_MASK) + f->entries * ENTRY_SIZE, PAGE_SIZE);
}

/* The table must lie in an MMIO region of the cell's config: then no other cell can write it. */
static bool find_table(struct pci_function *f, uint32_t range, struct bh_refusal *r)
{
	const struct bh_cell_part *config = f->cell->config;
	uint32_t where = arch_pci_read(f->bdf, f->msix + MSIX_TABLE, 4);

	f->entries = (arch_pci_read(f->bdf, f->msix + CONTROL, 2) & 0x7ff) + 1;
	f->table = (pci_bar(f->bdf, PCI_BAR + 4 * MIN(where & 7, 5u)) & ~0xfull) + (where & ~7u);
	for (uint32_t i = 0; i < config->n_regions; i++) {
		const struct bh_region *region = &config->regions[i];
		uint64_t offset = (f->table & ~PAGE_MASK) - region->phys;

		if (region->type != BH_REGION_MMIO || offset >= region->size ||
		    table_pages(f) > region->size - offset)
			continue;
		f->table_guest = region->guest + offset;
		return reserve_pages(f->cell, 4,
				     r) && /* two tables at each end, to split superpages */
		       require(mmio_add(&f->cell->mmio, f->table_guest, table_pages(f), table_mmio,
					f, BH_EXIT_MMIO_OTHER),
			       r, BH_E_NO_SLOT, BH_F_PCI, range, f->bdf);
	}
	return refuse(r, BH_E_NOT_ROOT, BH_F_PCI, range, f->bdf);
}

/* noinline: smaller code. */
bool __attribute__((noinline))
pci_msi_find(struct pci_function *f, uint32_t range, struct bh_refusal *r)
{
	uint32_t at = PCI_CAPABILITIES - 1;

	for (unsigned i = 0; i < PCI_CAPS_MAX && pci_next_capability(f->bdf, &at); i++) {
		uint32_t head = arch_pci_read(f->bdf, at, 4);

		if ((head & 0xff) == CAP_MSI && !f->msi) {
			f->msi = (uint8_t)at;
			f->msi64 = head >> 16 & MSI_CONTROL_64;
		} else if ((head & 0xff) == CAP_MSIX && !f->msix) {
			f->msix = (uint8_t)at;
		}
	}
	return !f->msix || find_table(f, range, r);
}

void pci_msi_grant(struct pci_function *f)
{
	if (f->msix)
		pt_unmap(&f->cell->s2, &f->cell->reserve, f->table_guest, table_pages(f));
}

static void reset_table(const struct pci_function *f)
{
	for (uint32_t i = 0; i < f->entries; i++) {
		paddr_t entry = f->table + i * ENTRY_SIZE;

		arch_device_write(entry + 12, ENTRY_MASKED);
		arch_device_write(entry, arch_msi_address(f->cell));
		arch_device_write(entry + 4, 0);
		arch_device_write(entry + 8, 0);
	}
}

void pci_msi_reset(const struct pci_function *f)
{
	if (f->msi) {
		write_control(f, f->msi + CONTROL, MSI_CONTROL_OWN, 0);
		arch_pci_write(f->bdf, f->msi + MSI_ADDRESS, 4, arch_msi_address(f->cell));
		if (f->msi64)
			arch_pci_write(f->bdf, f->msi + MSI_ADDRESS + 4, 4, 0);
		arch_pci_write(f->bdf, msi_data(f), 2, 0);
	}
	if (f->msix) {
		write_control(f, f->msix + CONTROL, MSIX_CONTROL_OWN, 0);
		arch_pci_write(f->bdf, PCI_COMMAND, 2, PCI_COMMAND_MEMORY | f->forced);
		reset_table(f);
	}
}
