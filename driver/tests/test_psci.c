// SPDX-License-Identifier: GPL-2.0
/* Machines without PSCI, with a PSCI that is of no use, and with ACPI have different sentences. */
#include <linux/acpi.h>
#include <linux/of.h>

#include "../arch/arm64/arm64.h"
#include "test.h"

struct device_node {
	const char *compatible[4]; /* ends with NULL */
	const char *method;
};

int acpi_disabled = 1;
static struct device_node *tree; /* the machine's PSCI, or NULL */
static int held;

int of_device_is_compatible(const struct device_node *node, const char *compatible)
{
	const char *const *name;

	for (name = node->compatible; *name; name++)
		if (!strcmp(*name, compatible))
			return 1;
	return 0;
}

struct device_node *of_find_matching_node(struct device_node *from, const struct of_device_id *ids)
{
	for (; tree && ids->compatible; ids++) {
		if (of_device_is_compatible(tree, ids->compatible)) {
			held++;
			return tree;
		}
	}
	return NULL;
}

int of_property_read_string(const struct device_node *node, const char *name, const char **value)
{
	CHECK(!strcmp(name, "method"));
	*value = node->method;
	return node->method ? 0 : -EINVAL;
}

void of_node_put(struct device_node *node)
{
	if (node)
		held--;
}

TEST(psci_of_machines)
{
	static struct {
		struct device_node node;
		u32 lacks;
	} machines[] = {
		{ { { "arm,psci-1.0", "arm,psci-0.2", "arm,psci" }, "smc" }, 0 },
		{ { { "arm,psci-0.2" }, "smc" }, 0 },
		{ { { "arm,psci-1.0" }, "hvc" }, BH_D_CONDUIT },
		{ { { "arm,psci-1.0" }, NULL }, BH_D_CONDUIT },
		{ { { "arm,psci" }, "smc" }, BH_D_PSCI_0_1 },
		{ { { "arm,psci" }, "hvc" }, BH_D_PSCI_0_1 },
		{ { { "brcm,bcm2836-smp" }, NULL }, BH_D_NO_PSCI }, /* a spin table */
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(machines); i++) {
		tree = &machines[i].node;
		CHECK_EQ(bhd_psci_lacks(), machines[i].lacks);
		CHECK_EQ(held, 0);
	}
	tree = NULL;
	CHECK_EQ(bhd_psci_lacks(), BH_D_NO_PSCI);
	acpi_disabled = 0;
	CHECK_EQ(bhd_psci_lacks(), BH_D_ACPI);
	tree = &machines[0].node;
	CHECK_EQ(bhd_psci_lacks(), BH_D_ACPI);
}
