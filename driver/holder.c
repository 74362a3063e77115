// SPDX-License-Identifier: GPL-2.0
/*
 * Buses, and the drivers that hold the devices of cells. While a cell has a
 * platform (or AMBA) device, the module's holder driver is bound to it: no root
 * driver can bind, and clocks, resets and power domains stay on. Holder drivers
 * match no device; devices.c attaches them. A PCI function stays without a driver:
 * the claim on its registers keeps drivers from binding.
 */

#include <linux/clk.h>
#include <linux/pci.h>
#include <linux/platform_device.h>
#include <linux/pm_runtime.h>
#include <linux/reset.h>

#include "arch.h"
#include "bus.h"
#include "driver.h"

/* ---- platform devices ---- */

/* Keeps a device powered and clocked. */
struct hold {
	struct device *dev;
	struct clk_bulk_data *clocks;
	int n_clocks;
	struct reset_control *resets;
};

static void let_go(void *argument)
{
	struct hold *hold = argument;

	clk_bulk_disable_unprepare(hold->n_clocks, hold->clocks);
	pm_runtime_put_sync(hold->dev);
	pm_runtime_disable(hold->dev);
}

static int power_on(struct hold *hold)
{
	int error;

	pm_runtime_enable(hold->dev);
	error = pm_runtime_resume_and_get(hold->dev);
	if (error)
		goto no_power;
	error = clk_bulk_prepare_enable(hold->n_clocks, hold->clocks);
	if (error)
		goto no_clocks;
	return 0;

no_clocks:
	pm_runtime_put_sync(hold->dev);
no_power:
	pm_runtime_disable(hold->dev);
	return error;
}

static int platform_hold(struct platform_device *device)
{
	struct device *dev = &device->dev;
	struct hold *hold = devm_kzalloc(dev, sizeof(*hold), GFP_KERNEL);
	int error;

	if (!hold)
		return -ENOMEM;
	hold->dev = dev;
	hold->n_clocks = devm_clk_bulk_get_all(dev, &hold->clocks);
	if (hold->n_clocks < 0)
		return hold->n_clocks;
	hold->resets = devm_reset_control_array_get_optional_exclusive(dev);
	if (IS_ERR(hold->resets))
		return PTR_ERR(hold->resets);
	error = power_on(hold);
	if (!error)
		error = devm_add_action_or_reset(dev, let_go, hold);
	return error ?: reset_control_deassert(hold->resets);
}

static struct platform_driver platform_holder = {
	.probe = platform_hold,
	.driver = {
		.name = BHD_NAME "-hold",
		.suppress_bind_attrs = true,
	},
};

static int platform_for_each(void *argument, bhd_device_fn function)
{
	return bus_for_each_dev(&platform_bus_type, NULL, argument, function);
}

static bool platform_uses(struct device *dev, u64 first, u64 last)
{
	const struct platform_device *device = to_platform_device(dev);
	u32 i;

	for (i = 0; i < device->num_resources; i++)
		if (bhd_bus_overlaps(&device->resource[i], first, last))
			return true;
	return false;
}

static bool platform_has_irq(struct device *dev, unsigned int irq)
{
	int i, found;

	for (i = 0; (found = platform_get_irq_optional(to_platform_device(dev), i)) > 0; i++)
		if (found == irq)
			return true;
	return false;
}

static const struct bhd_bus platform_bus_functions = {
	.for_each = platform_for_each,
	.uses = platform_uses,
	.has_irq = platform_has_irq,
	.holder = &platform_holder.driver,
};

/* ---- PCI functions ---- */

static int pci_for_each(void *argument, bhd_device_fn function)
{
	return bus_for_each_dev(&pci_bus_type, NULL, argument, function);
}

static bool pci_uses(struct device *dev, u64 first, u64 last)
{
	const struct pci_dev *device = to_pci_dev(dev);
	int i;

	for (i = 0; i < PCI_STD_NUM_BARS; i++)
		if (bhd_bus_overlaps(&device->resource[i], first, last))
			return true;
	return false;
}

static bool pci_named(struct device *dev, const struct bh_cell_part *part)
{
	const struct pci_dev *device = to_pci_dev(dev);
	u32 i, bdf = PCI_DEVID(device->bus->number, device->devfn);

	if (pci_domain_nr(device->bus))
		return false;
	for (i = 0; i < part->n_functions; i++)
		if (bdf - bh_cell_functions(part)[i].first < bh_cell_functions(part)[i].count)
			return true;
	return false;
}

static bool pci_has_irq(struct device *dev, unsigned int irq)
{
	return to_pci_dev(dev)->irq == irq;
}

static void pci_quiesce(struct device *dev)
{
	pci_clear_master(to_pci_dev(dev));
}

static const struct bhd_bus pci_bus_functions = {
	.for_each = pci_for_each,
	.uses = pci_uses,
	.named = pci_named,
	.has_irq = pci_has_irq,
	.quiesce = pci_quiesce,
};

const struct bhd_bus *bhd_buses[] = {
	&platform_bus_functions,
	&pci_bus_functions,
	NULL, /* place for bhd_arch_bus, if the architecture has one */
	NULL,
};

int bhd_holders_register(void)
{
	bhd_buses[2] = bhd_arch_bus;
	return platform_driver_register(&platform_holder);
}

void bhd_holders_unregister(void)
{
	platform_driver_unregister(&platform_holder);
}
