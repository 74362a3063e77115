// SPDX-License-Identifier: GPL-2.0
/*
 * Devices and interrupts that a cell gets and Linux may use. Under bhd.manage.
 * A root driver isn't disturbed unless the caller allows it; then it is
 * unbound, and bound again when the cell is destroyed.
 */

#include <linux/device.h>
#include <linux/interrupt.h>
#include <linux/irq.h>
#include <linux/irqdesc.h>
#include <linux/slab.h>

#include "arch.h"
#include "bus.h"
#include "driver.h"

/* A device that belongs to a cell. */
struct bhd_device {
	struct list_head list;
	struct device *dev;
	const struct bhd_bus *bus;
	bool held;   /* no root driver is bound any more */
	bool rebind; /* a root driver was bound */
};

/* What a walk over one bus needs. */
struct search {
	struct bhd_cell *cell;
	const struct bhd_bus *bus;
	bool unbind;
	struct bhd_why *why;
};

static bool cell_gets(const struct bhd_cell *cell, const struct bhd_bus *bus, struct device *dev)
{
	u32 i;

	if (bus->named && bus->named(dev, cell->part))
		return true;
	for (i = 0; i < cell->part->n_regions; i++) {
		const struct bh_region *region = &cell->part->regions[i];

		if (region->type == BH_REGION_MMIO &&
		    bus->uses(dev, region->phys, region->phys + region->size - 1))
			return true;
	}
	return false;
}

static int refuse_busy(const struct device *dev, struct bhd_why *why)
{
	return bhd_refuse(why, BH_D_DEVICE_BUSY, 0, "%s %s", dev_driver_string(dev), dev_name(dev));
}

/* A walk's first half: may all of them be taken? Notes which. */
static int note_device(struct device *dev, void *argument)
{
	struct search *search = argument;
	struct bhd_device *device;

	if (!cell_gets(search->cell, search->bus, dev))
		return 0;
	if (dev->driver && (!search->unbind || dev->driver == search->bus->holder))
		return refuse_busy(dev, search->why);
	device = kzalloc(sizeof(*device), GFP_KERNEL);
	if (!device)
		return bhd_refuse(search->why, BH_D_NO_MEMORY, sizeof(*device), "%s", "");
	device->dev = get_device(dev);
	device->bus = search->bus;
	list_add_tail(&device->list, &search->cell->devices);
	return 0;
}

static int hold(struct bhd_device *device, bool unbind, struct bhd_why *why)
{
	struct device *dev = device->dev;
	int error = 0;

	if (dev->driver && !unbind) /* since it was noted */
		return refuse_busy(dev, why);
	device->rebind = dev->driver;
	device->held = true;
	device_release_driver(dev);
	if (device->bus->holder)
		error = device_driver_attach(device->bus->holder, dev);
	return error ? bhd_refuse(why, BH_D_DEVICE_BUSY, -error, "%s", dev_name(dev)) : 0;
}

static void unhold(struct bhd_device *device)
{
	struct device *dev = device->dev;

	if (!device->held)
		return;
	device_release_driver(dev);
	if (device->rebind && device_attach(dev) < 0)
		dev_warn(dev, "its driver could not be bound again\n");
}

/*
 * Notes every device with registers in an MMIO region of the cell, and its PCI
 * functions. Refused by name if a root driver has one and @unbind is false.
 * Undone, with what bhd_devices_hold() did, by bhd_devices_give_back().
 */
int bhd_devices_note(struct bhd_cell *cell, bool unbind, struct bhd_why *why)
{
	struct search search = { .cell = cell, .unbind = unbind, .why = why };
	size_t i;

	for (i = 0; bhd_buses[i]; i++) {
		search.bus = bhd_buses[i];
		if (search.bus->for_each(&search, note_device))
			return -EPERM;
	}
	return 0;
}

/* Holds the noted devices; with @unbind their root drivers lose them. */
int bhd_devices_hold(struct bhd_cell *cell, bool unbind, struct bhd_why *why)
{
	struct bhd_device *device;

	list_for_each_entry (device, &cell->devices, list)
		if (hold(device, unbind, why))
			return -EPERM;
	return 0;
}

/* No DMA of its devices any more: before its memory is somebody else's. */
void bhd_devices_quiesce(struct bhd_cell *cell)
{
	struct bhd_device *device;

	list_for_each_entry (device, &cell->devices, list)
		if (device->bus->quiesce)
			device->bus->quiesce(device->dev);
}

/* Gives the devices back to their drivers. */
void bhd_devices_give_back(struct bhd_cell *cell)
{
	struct bhd_device *device, *next;

	list_for_each_entry_safe (device, next, &cell->devices, list) {
		unhold(device);
		list_del(&device->list);
		put_device(device->dev);
		kfree(device);
	}
}

/* Refuses Linux's interrupt @irq with the name under which a driver holds it. */
static int refuse_irq(u32 intid, unsigned int irq, struct bhd_why *why)
{
	struct irq_data *data = irq_get_irq_data(irq);
	struct irq_desc *desc = data ? irq_data_to_desc(data) : NULL;
	char name[sizeof(why->name)] = "a root driver";
	unsigned long flags;

	if (desc) {
		raw_spin_lock_irqsave(&desc->lock, flags);
		if (desc->action && desc->action->name)
			strscpy(name, desc->action->name, sizeof(name));
		raw_spin_unlock_irqrestore(&desc->lock, flags);
	}
	return bhd_refuse(why, BH_D_IRQ_BUSY, intid, "%s", name);
}

/* No root driver holds this interrupt of the GIC. */
int bhd_irq_check(u32 intid, struct bhd_why *why)
{
	unsigned int irq = bhd_irq_mapping(intid);

	return irq && irq_has_action(irq) ? refuse_irq(intid, irq, why) : 0;
}

/* It is free once the cell's devices have lost their root drivers. */
static bool comes_with_device(const struct bhd_cell *cell, u32 intid)
{
	unsigned int irq = bhd_irq_mapping(intid);
	const struct bhd_device *device;

	list_for_each_entry (device, &cell->devices, list)
		if (device->dev->driver && device->bus->has_irq(device->dev, irq))
			return true;
	return false;
}

static int check_range(const struct bhd_cell *cell, u32 index, bool unbind, struct bhd_why *why)
{
	const struct bh_range *range = &bh_cell_irqs(cell->part)[index];
	u32 end = min_t(u64, (u64)range->first + range->count, bhd_arch_irqs_end);
	u32 intid;

	for (intid = max(range->first, bhd_arch_irqs_first); intid < end; intid++) {
		if (!bhd_irq_check(intid, why) || (unbind && comes_with_device(cell, intid)))
			continue;
		why->refusal.field = BH_F_IRQ;
		why->refusal.index = index;
		return -EPERM;
	}
	return 0;
}

/*
 * No root driver has one of the cell's; those of CPUs go with them. With @unbind
 * those of the noted devices aren't looked at: they are about to be unbound.
 */
int bhd_irqs_check(const struct bhd_cell *cell, bool unbind, struct bhd_why *why)
{
	u32 i;

	for (i = 0; i < cell->part->n_irqs; i++)
		if (check_range(cell, i, unbind, why))
			return -EPERM;
	return 0;
}
