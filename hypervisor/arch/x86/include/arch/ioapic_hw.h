/* SPDX-License-Identifier: GPL-2.0 */
/* Registers of the machine's I/O APICs, accessed through an index and a data register. */
#ifndef ARCH_IOAPIC_HW_H
#define ARCH_IOAPIC_HW_H

#include <arch/mmu.h>

static inline uint32_t ioapic_hw_read(unsigned chip, uint32_t index)
{
	volatile uint32_t *registers = (void *)(mmu_io_apics + chip * PAGE_SIZE);

	registers[0] = index;
	return registers[4];
}

static inline void ioapic_hw_write(unsigned chip, uint32_t index, uint32_t value)
{
	volatile uint32_t *registers = (void *)(mmu_io_apics + chip * PAGE_SIZE);

	registers[0] = index;
	registers[4] = value;
}

#endif
