// SPDX-License-Identifier: GPL-2.0
/* Firmware's CPU power interface (PSCI, Arm DEN0022), as the device tree describes it. */

#include <linux/acpi.h>
#include <linux/of.h>

#include "arm64.h"

static const struct of_device_id psci_ids[] = { { .compatible = "arm,psci-1.0" },
						{ .compatible = "arm,psci-0.2" },
						{ .compatible = "arm,psci" },
						{} };

/* A node that lists only "arm,psci" has version 0.1: the tree gives the numbers of its calls. */
static u32 node_lacks(const struct device_node *psci)
{
	const char *method;

	if (!of_device_is_compatible(psci, "arm,psci-1.0") &&
	    !of_device_is_compatible(psci, "arm,psci-0.2"))
		return BH_D_PSCI_0_1;
	if (of_property_read_string(psci, "method", &method) || strcmp(method, "smc"))
		return BH_D_CONDUIT;
	return 0;
}

/* Returns 0 if PSCI 0.2 or later is called by SMC, or the code of the refusal that says what the
 * machine has instead. Where the calls are HVCs, other code runs at EL2. */
u32 bhd_psci_lacks(void)
{
	struct device_node *psci;
	u32 code;

	if (!acpi_disabled)
		return BH_D_ACPI;
	psci = of_find_matching_node(NULL, psci_ids);
	code = psci ? node_lacks(psci) : BH_D_NO_PSCI;
	of_node_put(psci);
	return code;
}
