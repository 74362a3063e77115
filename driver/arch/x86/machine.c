// SPDX-License-Identifier: GPL-2.0
/* What Linux and the firmware know of an x86-64 machine. */

#include <linux/acpi.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/notifier.h>

#include <asm/e820/api.h>

#include "arch.h"

/* There is memory at all of this range, as the firmware said before Linux's memmap= changed it. */
bool bhd_is_ram(u64 phys, u64 size)
{
	u64 at;

	for (at = phys; at < phys + size; at += PAGE_SIZE)
		if (!e820__mapped_raw_any(at, at + PAGE_SIZE, E820_TYPE_RAM))
			return false;
	return true;
}

/* Linux's number of a global system interrupt, or 0: it knows none. */
unsigned int bhd_irq_mapping(u32 gsi)
{
	unsigned int irq;

	return acpi_gsi_to_irq(gsi, &irq) ? 0 : irq;
}

/* While the hypervisor has the CPUs' virtualization: newer kernels' KVM believes what the CPUs said
 * at boot, and would find out by a fault. Without its first module the others don't come. */
static int keep_kvm_out(struct notifier_block *block, unsigned long event, void *data)
{
	const struct module *module = data;

	if (event != MODULE_STATE_COMING || strcmp(module->name, "kvm"))
		return NOTIFY_DONE;
	/* Without a lock: one that comes while enable is under way is as one that came before. */
	if (READ_ONCE(bhd.state) == BH_DRIVER_DISABLED)
		return NOTIFY_DONE;
	pr_err("module kvm can't be loaded: the hypervisor uses the CPUs' virtualization\n");
	return notifier_from_errno(-EBUSY);
}

static struct notifier_block modules = { .notifier_call = keep_kvm_out };

int bhd_modules_watch(void)
{
	return register_module_notifier(&modules);
}

void bhd_modules_unwatch(void)
{
	unregister_module_notifier(&modules);
}

/* Platform devices and PCI functions are all there is. */
int bhd_arch_bus_register(const struct bhd_bus **bus)
{
	return 0;
}

void bhd_arch_bus_unregister(void)
{
}
