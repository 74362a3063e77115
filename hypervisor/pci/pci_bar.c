// SPDX-License-Identifier: GPL-2.0
/* Base address registers and the list of capabilities (PCI 3.0, 6.2.5 and 6.7). */
#include <hyp/pci.h>

#define BAR_PORTS 1u
#define ROM_ENABLE 1u
#define BAR_WIDE 4u /* 64 bits: the next BAR is the upper half */
#define BAR_TYPE 7u

static bool is_wide(uint64_t bar)
{
	return (bar & BAR_TYPE) == BAR_WIDE;
}

uint64_t pci_bar(pci_bdf_t bdf, uint32_t at)
{
	uint64_t low = arch_pci_read(bdf, at, 4);

	return is_wide(low) ? (uint64_t)arch_pci_read(bdf, at + 4, 4) << 32 | low : low;
}

static uint32_t mask_of(pci_bdf_t bdf, uint32_t at)
{
	uint32_t mask, bar = arch_pci_read(bdf, at, 4);

	arch_pci_write(bdf, at, 4, ~0u);
	mask = arch_pci_read(bdf, at, 4);
	arch_pci_write(bdf, at, 4, bar);
	return mask;
}

unsigned pci_span(pci_bdf_t bdf, uint32_t at, struct pci_span *span, uint32_t mask[2])
{
	uint64_t bar = pci_bar(bdf, at);
	uint64_t fixed; /* bits that can't be set: of the address within it */
	bool rom = at >= PCI_ROM;

	mask[0] = mask_of(bdf, at);
	fixed = ~(mask[0] & ~0xfu);
	span->ports = !rom && bar & BAR_PORTS;
	if (is_wide(bar)) {
		mask[1] = mask_of(bdf, at + 4);
		fixed |= (uint64_t)~mask[1] << 32;
	}
	span->first = bar & ~fixed;
	span->last = bar | fixed;
	if (!mask[0] || (rom && !(bar & ROM_ENABLE))) /* absent or off */
		*span = (struct pci_span){ .first = 1 };
	return is_wide(bar) ? 8 : 4;
}

bool pci_in_config(const struct bh_cell_part *config, const struct pci_span *span)
{
	for (uint32_t i = 0; i < config->n_regions; i++) {
		const struct bh_region *region = &config->regions[i];

		if (region->type == BH_REGION_MMIO && span->first >= region->phys &&
		    span->last - region->phys < region->size)
			return true;
	}
	return span->first > span->last;
}

bool pci_next_capability(pci_bdf_t bdf, uint32_t *at)
{
	*at = arch_pci_read(bdf, *at + 1, 1) & 0xfc;
	return *at >= PCI_HEADER_END;
}
