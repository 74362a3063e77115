// SPDX-License-Identifier: GPL-2.0
/* AMBA devices: the bus keeps the clock, reset and power of a bound device. See holder.c. */

#include <linux/amba/bus.h>

#include "arch.h"
#include "bus.h"

static int amba_hold(struct amba_device *device, const struct amba_id *id)
{
	return 0;
}

static const struct amba_id no_ids[] = { {} };

static struct amba_driver amba_holder = {
	.probe = amba_hold,
	.id_table = no_ids,
	.drv = {
		.name = BHD_NAME "-hold",
		.suppress_bind_attrs = true,
	},
};

static int amba_for_each(void *argument, bhd_device_fn function)
{
	return bus_for_each_dev(&amba_bustype, NULL, argument, function);
}

static bool amba_uses(struct device *dev, u64 first, u64 last)
{
	return bhd_bus_overlaps(&to_amba_device(dev)->res, first, last);
}

static bool amba_has_irq(struct device *dev, unsigned int irq)
{
	const struct amba_device *device = to_amba_device(dev);
	u32 i;

	for (i = 0; i < ARRAY_SIZE(device->irq); i++)
		if (device->irq[i] == irq)
			return true;
	return false;
}

static const struct bhd_bus amba_bus_functions = {
	.for_each = amba_for_each,
	.uses = amba_uses,
	.has_irq = amba_has_irq,
	.holder = &amba_holder.drv,
};

const struct bhd_bus *const bhd_arch_bus = &amba_bus_functions;

int bhd_arch_init(void)
{
	return amba_driver_register(&amba_holder);
}

void bhd_arch_exit(void)
{
	amba_driver_unregister(&amba_holder);
}
