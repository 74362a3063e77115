// SPDX-License-Identifier: GPL-2.0
/* Interrupt messages of devices (AMD64 APM volume 2, 16.12). */
#include <arch/apic.h>
#include <hyp/arch.h>
#include <hyp/pci.h>

#define MESSAGES 0xfee00000u /* addresses that the local APICs claim */
#define MESSAGE_ID(a) ((a) >> 12 & 0xff)

uint32_t arch_msi_address(const struct cell *cell)
{
	const struct percpu *boot = percpu_of((unsigned)__builtin_ctzll(cell->config->cpus));

	return MESSAGES | (uint32_t)boot->public.hw_id << 12;
}

/* Accepts physical destination mode with a CPU of the cell. */
bool arch_msi_address_ok(const struct cell *cell, uint32_t address)
{
	return (address & ~0xff000u) == MESSAGES && MESSAGE_ID(address) != 0xff &&
	       apic_match(cell, MESSAGE_ID(address), false, false);
}

/* Accepts a legal vector with fixed delivery, edge-triggered. The level bit has no effect then. */
bool arch_msi_data_ok(uint32_t data)
{
	return !(data & ~0x40ffu);
}
