// SPDX-License-Identifier: GPL-2.0
/*
 * Devices and interrupts of a cell that Linux may use. Under bhd.manage. If the
 * caller allows it, root drivers are unbound, and bound again when the cell is
 * destroyed; otherwise a bound driver is a reason to refuse.
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

/* Arguments of a walk over one bus. */
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

/* Adds a device to the cell's list if the config gives it to the cell and it may be taken. */
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

	if (dev->driver && !unbind) /* a driver was bound after the device was noted */
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
		dev_warn(dev, "could not bind its driver again\n");
}

/*
 * Adds every device with registers in an MMIO region of the cell, and the cell's
 * PCI functions, to cell->devices. Refuses a device that has a root driver unless
 * @unbind. bhd_devices_give_back() undoes this and bhd_devices_hold().
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

/* Binds the noted devices to the holder driver; with @unbind, unbinds root drivers first. */
int bhd_devices_hold(struct bhd_cell *cell, bool unbind, struct bhd_why *why)
{
	struct bhd_device *device;

	list_for_each_entry (device, &cell->devices, list)
		if (hold(device, unbind, why))
			return -EPERM;
	return 0;
}

/* Stops DMA of the cell's devices, before its memory gets another owner. */
void bhd_devices_quiesce(struct bhd_cell *cell)
{
	struct bhd_device *device;

	list_for_each_entry (device, &cell->devices, list)
		if (device->bus->quiesce)
			device->bus->quiesce(device->dev);
}

/* Undoes bhd_devices_note() and bhd_devices_hold(): devices that had a root driver get it again. */
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

/* Refuses Linux's interrupt @irq with the name of its handler. */
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

/* Refuses an interrupt that a root driver has requested. */
int bhd_irq_check(u32 intid, struct bhd_why *why)
{
	unsigned int irq = bhd_irq_mapping(intid);

	return irq && irq_has_action(irq) ? refuse_irq(intid, irq, why) : 0;
}

/* Returns true if the interrupt belongs to a noted device, whose root driver will be unbound. */
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
 * Refuses interrupts of the cell that root drivers have requested; interrupts of
 * single CPUs are not checked. With @unbind, interrupts of noted devices pass:
 * their drivers will be unbound.
 */
int bhd_irqs_check(const struct bhd_cell *cell, bool unbind, struct bhd_why *why)
{
	u32 i;

	for (i = 0; i < cell->part->n_irqs; i++)
		if (check_range(cell, i, unbind, why))
			return -EPERM;
	return 0;
}
