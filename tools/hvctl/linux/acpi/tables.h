/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The ACPI tables of an x86 cell (ACPI specification 6.5): a hardware-reduced machine with CPUs,
 * I/O APICs, console, clock, shared memory, PCI functions and PNP devices.
 */
#ifndef HVCTL_LINUX_ACPI_TABLES_H
#define HVCTL_LINUX_ACPI_TABLES_H

#include <bulkhead/config.h>
#include <stddef.h>

#include "linux/pci.h"
#include "linux/pnp.h"

#define ACPI_TABLES_BYTES 57344u

/* Writes the tables for a guest address, which is that of the RSDP. Returns their size. */
size_t acpi_tables(uint8_t tables[ACPI_TABLES_BYTES], uint64_t guest,
		   const struct bh_system_part *system, const struct bh_cell_part *part,
		   const struct linux_pci *pci, const struct linux_pnp *pnp);

#endif
