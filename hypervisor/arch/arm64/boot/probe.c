// SPDX-License-Identifier: GPL-2.0
/*
 * CPUs of a machine may differ (big.LITTLE). The driver has measured those that
 * are online at enable; their minima are in force on all CPUs. Each CPU compares
 * itself when it enters, also one that was off at enable.
 */
#include <arch/boot.h>
#include <arch/gic_hw.h>
#include <bulkhead/image.h>

/* From boot_cpu() and cpu_booted(): changes nothing. */
bool cpu_fits(void)
{
	uint64_t ctr = read_sysreg(ctr_el0) >> 16 & 0xf;

	return (read_sysreg(id_aa64mmfr0_el1) & 0xf) >= boot_params.pa_range &&
	       ctr + 2 >= boot_params.line_shift &&
	       (read_sysreg(ich_vtr_el2) & 0x1f) + 1 >= boot_params.list_registers &&
	       (!gic.aprs || gic_priority_registers() == gic.aprs);
}
