// SPDX-License-Identifier: GPL-2.0
/* PCI functions of the model machine: see pci_model.h. */
#include "pci_model.h"
#include "test.h"
#include <string.h>

void pci_put(unsigned bdf, unsigned offset, unsigned size, uint32_t value)
{
	memcpy(model_function(bdf) + offset, &value, size);
}

uint32_t pci_get(unsigned bdf, unsigned offset, unsigned size)
{
	uint32_t value = 0;

	memcpy(&value, model_function(bdf) + offset, size);
	return value;
}

void pci_machine(void)
{
	model_start();
	memset(model_bars, 0, sizeof(model_bars));
	model_bars[0] = 0xffffe000;
	for (unsigned bdf = 0; bdf <= OTHER; bdf += 8)
		if (model_function(bdf))
			pci_put(bdf, 0, 4, 0x12348086);
	pci_put(BRIDGE, 0, 4, 0x56788086);
	pci_put(BRIDGE, PCI_HEADER_TYPE, 1, 0x81);
	pci_put(OWN, PCI_COMMAND, 2, 7);
	pci_put(OWN, PCI_BAR, 4, BAR);
	pci_put(OWN, PCI_CAPABILITIES, 1, MSI);
	pci_put(OWN, MSI, 4, 0x00800005 | MSIX << 8);
	pci_put(OWN, MSIX, 4, 0x00030011);
	pci_put(OWN, MSIX + 4, 4, TABLE);
}

struct cell *pci_create(void)
{
	struct cell *cell = model_create();

	CHECK(cell);
	model_run_as(2);
	return cell;
}

struct cell *pci_give(uint64_t cpus)
{
	model_config(cpus);
	model_add_region(BAR, 0x2000, BH_REGION_MMIO);
	model_add_functions(OWN, 1);
	return pci_create();
}

struct cell *pci_start(void)
{
	pci_machine();
	return pci_give(BIT(2) | BIT(3));
}

uint64_t pci_at(unsigned bdf, unsigned offset)
{
	return MODEL_MMCONFIG + ((uint64_t)bdf << 12) + offset;
}

void pci_by_port(unsigned bdf, unsigned offset, unsigned size, bool write, uint32_t *value)
{
	uint32_t address = 1u << 31 | bdf << 8 | (offset & 0xfc);

	CHECK(model_port(0xcf8, 4, true, &address));
	CHECK(model_port((uint16_t)(0xcfc + offset % 4), size, write, value));
}

void pci_refused(uint32_t code, uint32_t owner, uint32_t value)
{
	CHECK(!model_create());
	CHECK_EQ(model_refusal.code, code);
	CHECK_EQ(model_refusal.field, BH_F_PCI);
	CHECK_EQ(model_refusal.owner, owner);
	CHECK_EQ(model_refusal.value, value);
}
