/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The ACPI tables of an x86 cell (ACPI specification 6.5): a hardware-reduced machine
 * with CPUs, I/O APICs, console, clock and shared memory, and nothing else.
 */
#ifndef HVCTL_ACPI_TABLES_H
#define HVCTL_ACPI_TABLES_H

#include <bulkhead/config.h>

#define ACPI_TABLES_BYTES 16384u

/*
 * Writes them for this guest address, at which the root pointer is.
 */
void acpi_tables(uint8_t tables[ACPI_TABLES_BYTES], uint64_t guest,
		 const struct bh_system_part *system, const struct bh_cell_part *part);

#endif
