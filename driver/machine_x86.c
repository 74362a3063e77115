// SPDX-License-Identifier: GPL-2.0
/* What Linux and the firmware know of an x86-64 machine. */

#include <linux/acpi.h>
#include <linux/mm.h>

#include <asm/e820/api.h>

#include "driver.h"

/* There is memory at all of this range, as the firmware said before Linux's memmap= changed it. */
bool bhd_is_ram(u64 phys, u64 size)
{
	u64 at;

	for (at = phys; at < phys + size; at += PAGE_SIZE)
		if (!e820__mapped_raw_any(at, at + PAGE_SIZE, E820_TYPE_RAM))
			return false;
	return true;
}

/* Linux's number of a global system interrupt, or 0: it knows none. */
unsigned int bhd_irq_mapping(u32 gsi)
{
	unsigned int irq;

	return acpi_gsi_to_irq(gsi, &irq) ? 0 : irq;
}

/* Platform devices and PCI functions are all there is. */
int bhd_arch_bus_register(const struct bhd_bus **bus)
{
	return 0;
}

void bhd_arch_bus_unregister(void)
{
}
