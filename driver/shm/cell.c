// SPDX-License-Identifier: GPL-2.0
/*
 * Shared memory of a Linux that runs in a cell, as the device tree (written by
 * hvconfig) or the ACPI tables (by hvctl) describe it. In a cell, only this driver
 * of the module is used.
 */

#include <linux/interrupt.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/mod_devicetable.h>
#include <linux/platform_device.h>
#include <linux/property.h>

#include "driver.h"
#include "shm.h"

static irqreturn_t on_ring(int irq, void *shm)
{
	bhd_shm_notify(shm, 1);
	return IRQ_HANDLED;
}

static void remove(void *shm)
{
	bhd_shm_remove(shm);
}

static int read_node(struct platform_device *device, struct bhd_shm_config *config)
{
	const struct resource *memory = platform_get_resource(device, IORESOURCE_MEM, 0);

	if (!memory || !PAGE_ALIGNED(memory->start | resource_size(memory)))
		return -EINVAL;
	*config = (struct bhd_shm_config){
		.phys = memory->start,
		.size = resource_size(memory),
		.rights = BH_REGION_READ,
	};
	if (!device_property_read_bool(&device->dev, "read-only"))
		config->rights |= BH_REGION_WRITE;
	return device_property_read_string(&device->dev, "label", &config->name)
		       ?: device_property_read_u32(&device->dev, "bulkhead,index", &config->index);
}

static int probe(struct platform_device *device)
{
	struct bhd_shm_config config;
	struct bhd_shm *shm;
	int irq, error = read_node(device, &config);

	if (error)
		return dev_err_probe(&device->dev, error, "incomplete node\n");
	shm = bhd_shm_add(&config);
	if (!shm)
		return -ENOMEM;
	error = devm_add_action_or_reset(&device->dev, remove, shm);
	irq = platform_get_irq_optional(device, 0);
	if (error || irq == -ENXIO) /* no doorbell */
		return error;
	if (irq < 0)
		return irq;
	return devm_request_irq(&device->dev, irq, on_ring, 0, config.name, shm);
}

/* ACPI matches the same name by PRP0001. */
static const struct of_device_id ids[] = { { .compatible = "bulkhead,shared-port" }, {} };
MODULE_DEVICE_TABLE(of, ids);

static struct platform_driver driver = {
	.probe = probe,
	.driver = {
		.name = BHD_NAME "-shm",
		.of_match_table = ids,
	},
};

int bhd_shm_cell_init(void)
{
	return platform_driver_register(&driver);
}

void bhd_shm_cell_exit(void)
{
	platform_driver_unregister(&driver);
}
