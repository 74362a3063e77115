// SPDX-License-Identifier: GPL-2.0
/*
 * Accesses to PCI functions: configuration space in memory where the platform
 * says where it is, else by ports 0xcf8 and 0xcfc (PCI 3.0, 3.2.2.3.2), which
 * nobody but the hypervisor reaches.
 */
#include <arch/asm.h>
#include <arch/boot.h>
#include <arch/pci_hw.h>
#include <hyp/arch.h>
#include <hyp/lock.h>

static uint32_t lock; /* of the two ports: two accesses */

/* In this CPU's window, which is uncacheable as the MTRRs say of all devices. */
static volatile char *open_window(paddr_t at)
{
	return (volatile char *)mmu_window(0, at & ~PAGE_MASK) + (at & PAGE_MASK);
}

static paddr_t in_memory(pci_bdf_t bdf, uint32_t offset)
{
	const struct bh_x86_platform *platform = &system_config->platform.x86;

	if (bdf >> 8 >= platform->mmconfig_buses)
		return 0;
	return platform->mmconfig_phys + ((paddr_t)bdf << 12) + offset;
}

static void select_port(pci_bdf_t bdf, uint32_t offset)
{
	port_out(PCI_PORT, 4, 1u << 31 | (uint32_t)bdf << 8 | (offset & 0xfc));
}

uint32_t pci_hw_read(pci_bdf_t bdf, uint32_t offset, unsigned size)
{
	paddr_t at = in_memory(bdf, offset);
	uint32_t value = ~0u >> (32 - 8 * size);

	if (at) {
		volatile char *p = open_window(at);

		value = size == 1   ? *(volatile uint8_t *)p
			: size == 2 ? *(volatile uint16_t *)p
				    : *(volatile uint32_t *)p;
		mmu_window(0, 0);
	} else if (offset < 256) {
		cpu_lock(&lock);
		select_port(bdf, offset);
		value = port_in((uint16_t)(PCI_PORT_DATA + (offset & 3)), size);
		cpu_drop_lock(this_cpu());
	}
	return value;
}

void pci_hw_write(pci_bdf_t bdf, uint32_t offset, unsigned size, uint32_t value)
{
	paddr_t at = in_memory(bdf, offset);

	if (at) {
		volatile char *p = open_window(at);

		if (size == 1)
			*(volatile uint8_t *)p = (uint8_t)value;
		else if (size == 2)
			*(volatile uint16_t *)p = (uint16_t)value;
		else
			*(volatile uint32_t *)p = value;
		mmu_window(0, 0);
	} else if (offset < 256) {
		cpu_lock(&lock);
		select_port(bdf, offset);
		port_out((uint16_t)(PCI_PORT_DATA + (offset & 3)), size, value);
		cpu_drop_lock(this_cpu());
	}
}

uint32_t device_read(paddr_t at)
{
	uint32_t value = *(volatile uint32_t *)open_window(at);

	mmu_window(0, 0);
	return value;
}

void device_write(paddr_t at, uint32_t value)
{
	*(volatile uint32_t *)open_window(at) = value;
	mmu_window(0, 0);
}
