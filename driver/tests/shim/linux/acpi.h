/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SHIM_ACPI_H
#define SHIM_ACPI_H

extern int acpi_disabled;

#endif
