// SPDX-License-Identifier: GPL-2.0
/* What Linux and the firmware know of an x86-64 machine. */

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

/* No cell has interrupt lines so far. */
unsigned int bhd_irq_mapping(u32 gsi)
{
	return 0;
}

/* Platform devices and PCI functions are all there is. */
int bhd_arch_bus_register(const struct bhd_bus **bus)
{
	return 0;
}

void bhd_arch_bus_unregister(void)
{
}
