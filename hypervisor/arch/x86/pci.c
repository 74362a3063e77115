// SPDX-License-Identifier: GPL-2.0
/*
 * Accesses to the machine's PCI functions: through configuration space in memory for the buses that
 * the platform has there, else through ports 0xcf8 and 0xcfc (PCI 3.0, 3.2.2.3.2), which guests
 * can't reach.
 */
#include <arch/asm.h>
#include <arch/mmu.h>
#include <arch/pci_config.h>
#include <hyp/arch.h>
#include <hyp/lock.h>
#include <hyp/pci.h>

static uint32_t lock; /* keeps the write of the address port and the data access together */

/* Maps the register in this CPU's window; MTRRs make it uncacheable, as all devices. */
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

static uint32_t memory_access(volatile void *p, unsigned size, bool write, uint32_t value)
{
	if (write && size == 1)
		*(volatile uint8_t *)p = (uint8_t)value;
	else if (write && size == 2)
		*(volatile uint16_t *)p = (uint16_t)value;
	else if (write)
		*(volatile uint32_t *)p = value;
	else
		value = size == 1   ? *(volatile uint8_t *)p
			: size == 2 ? *(volatile uint16_t *)p
				    : *(volatile uint32_t *)p;
	return value;
}

/* Returns what was read: all ones if there is no such register. */
static uint32_t hw_access(pci_bdf_t bdf, uint32_t offset, unsigned size, bool write, uint32_t value)
{
	paddr_t at = in_memory(bdf, offset);
	uint16_t port = (uint16_t)(PCI_PORT_DATA + (offset & 3));
	uint32_t *outer = this_cpu()->public.lock;

	if (at) {
		value = memory_access(open_window(at), size, write, value);
		mmu_window(0, 0);
	} else if (offset < 256) {
		cpu_lock(&lock);
		select_port(bdf, offset);
		if (write)
			port_out(port, size, value);
		else
			value = port_in(port, size);
		cpu_drop_lock();
		this_cpu()->public.lock = outer; /* pci_root.c's */
	} else {
		value = ~0u >> (32 - 8 * size);
	}
	return value;
}

uint32_t arch_pci_read(pci_bdf_t bdf, uint32_t offset, unsigned size)
{
	return hw_access(bdf, offset, size, false, 0);
}

void arch_pci_write(pci_bdf_t bdf, uint32_t offset, unsigned size, uint32_t value)
{
	hw_access(bdf, offset, size, true, value);
}

uint32_t arch_device_read(paddr_t at)
{
	uint32_t value = *(volatile uint32_t *)open_window(at);

	mmu_window(0, 0);
	return value;
}

void arch_device_write(paddr_t at, uint32_t value)
{
	*(volatile uint32_t *)open_window(at) = value;
	mmu_window(0, 0);
}
