// SPDX-License-Identifier: GPL-2.0
/*
 * Is an IOMMU on? Linux's tables would then select the CPUs and vectors of interrupts, and
 * translate DMA, behind the hypervisor's back. The units are listed in ACPI's tables DMAR (Intel
 * VT-d specification, 8.1 and 10.4) and IVRS (AMD I/O virtualization specification, 5.2 and 3.4).
 */

#include <linux/acpi.h>
#include <linux/io.h>

#include "probe.h"

#define VTD_GSTS 0x1c		 /* global status */
#define VTD_GSTS_TES (1u << 31)	 /* DMA is translated */
#define VTD_GSTS_IRES (1u << 25) /* interrupts are remapped */
#define AMD_CONTROL 0x18	 /* control, the lower half */
#define AMD_CONTROL_ENABLE (1u << 0)
#define IVHD_FIRST 0x10 /* types of I/O virtualization hardware definition blocks */
#define IVHD_SECOND 0x11
#define IVHD_THIRD 0x40

#define TRANSLATES 1
#define REMAPS 2
#define AMD_ON 4

/* Returns a register. A unit that can't be mapped counts as off. */
static u32 read_unit(u64 phys, u32 offset)
{
	void __iomem *unit = ioremap(phys, PAGE_SIZE);
	u32 value = unit ? readl(unit + offset) : 0;

	if (unit)
		iounmap(unit);
	return value == ~0u ? 0 : value; /* all ones: there is no such unit */
}

static unsigned int look_at_vtd(const struct acpi_table_header *table)
{
	const void *end = (const void *)table + table->length;
	const struct acpi_dmar_header *entry = (const void *)table + sizeof(struct acpi_table_dmar);
	unsigned int found = 0;

	for (; (const void *)(entry + 1) <= end && entry->length >= sizeof(*entry);
	     entry = (const void *)entry + entry->length) {
		const struct acpi_dmar_hardware_unit *unit = (const void *)entry;
		u32 status;

		if (entry->type != ACPI_DMAR_TYPE_HARDWARE_UNIT || (const void *)(unit + 1) > end)
			continue;
		status = read_unit(unit->address, VTD_GSTS);
		found |= (status & VTD_GSTS_TES ? TRANSLATES : 0) |
			 (status & VTD_GSTS_IRES ? REMAPS : 0);
	}
	return found;
}

static unsigned int look_at_amd(const struct acpi_table_header *table)
{
	const void *end = (const void *)table + table->length;
	const struct acpi_ivrs_header *entry = (const void *)table + sizeof(struct acpi_table_ivrs);
	unsigned int found = 0;

	for (; (const void *)(entry + 1) <= end && entry->length >= sizeof(*entry);
	     entry = (const void *)entry + entry->length) {
		const struct acpi_ivrs_hardware_10 *unit = (const void *)entry;

		if (entry->type != IVHD_FIRST && entry->type != IVHD_SECOND &&
		    entry->type != IVHD_THIRD)
			continue;
		if ((const void *)(unit + 1) <= end &&
		    read_unit(unit->base_address, AMD_CONTROL) & AMD_CONTROL_ENABLE)
			found |= AMD_ON;
	}
	return found;
}

static unsigned int look_in(const char *name,
			    unsigned int (*look)(const struct acpi_table_header *table))
{
	char signature[ACPI_NAMESEG_SIZE + 1];
	struct acpi_table_header *table;
	unsigned int found;

	strscpy(signature, name, sizeof(signature));
	if (ACPI_FAILURE(acpi_get_table(signature, 0, &table)))
		return 0;
	found = look(table);
	acpi_put_table(table);
	return found;
}

int bhd_probe_iommus(const struct bhd_blob *blob, struct bhd_why *why)
{
	static const char *const arguments[] = {
		[TRANSLATES] = "intel_iommu=off",
		[REMAPS] = "intremap=off",
		[TRANSLATES | REMAPS] = "intremap=off intel_iommu=off",
	};
	unsigned int found = look_in("DMAR", look_at_vtd);

	if (look_in("IVRS", look_at_amd))
		return bhd_refuse(why, BH_D_IOMMU, 0, "amd_iommu=off");
	return found ? bhd_refuse(why, BH_D_IOMMU, 0, "%s", arguments[found]) : 0;
}
