/* SPDX-License-Identifier: GPL-2.0 */
/* Registers of this CPU's local APIC in xAPIC mode. */
#ifndef ARCH_APIC_HW_H
#define ARCH_APIC_HW_H

#include <arch/mmu.h>

static inline uint32_t apic_hw_read(unsigned offset)
{
	return *(volatile uint32_t *)(mmu_apic + offset);
}

static inline void apic_hw_write(unsigned offset, uint32_t value)
{
	*(volatile uint32_t *)(mmu_apic + offset) = value;
}

#endif
