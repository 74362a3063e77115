/* SPDX-License-Identifier: GPL-2.0 */
/* Buses whose devices can belong to a cell. */
#ifndef BULKHEAD_BUS_H
#define BULKHEAD_BUS_H

#include <linux/device.h>
#include <linux/ioport.h>

#include <bulkhead/config.h>

typedef int (*bhd_device_fn)(struct device *dev, void *argument);

struct bhd_bus {
	int (*for_each)(void *argument, bhd_device_fn function);
	bool (*uses)(struct device *dev, u64 first, u64 last); /* registers in the range */
	/* The part names the device itself, not only its registers. May be NULL. */
	bool (*named)(struct device *dev, const struct bh_cell_part *part);
	bool (*has_irq)(struct device *dev, unsigned int irq);
	struct device_driver *holder;	     /* NULL: the devices stay without a driver */
	void (*quiesce)(struct device *dev); /* stops DMA; may be NULL */
};

extern const struct bhd_bus *bhd_buses[]; /* NULL-terminated */

/* The memory resource and the range share at least one byte. */
static inline bool bhd_bus_overlaps(const struct resource *resource, u64 first, u64 last)
{
	return resource_type(resource) == IORESOURCE_MEM && resource_size(resource) &&
	       resource->start <= last && resource->end >= first;
}

#endif
