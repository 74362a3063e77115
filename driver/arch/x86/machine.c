// SPDX-License-Identifier: GPL-2.0
/* Facts about an x86-64 machine from Linux and the firmware. */

#include <linux/acpi.h>
#include <linux/ioport.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/notifier.h>

#include <asm/e820/api.h>

#include "probe.h"

#ifdef BHD_HAS_E820_RAW
/* Returns true if the firmware's map, without changes by memmap=, lists all of the range as
 * memory. */
bool bhd_is_ram(u64 phys, u64 size)
{
	u64 at;

	for (at = phys; at < phys + size; at += PAGE_SIZE)
		if (!e820__mapped_raw_any(at, at + PAGE_SIZE, E820_TYPE_RAM))
			return false;
	return true;
}
#else
static int add_size(struct resource *resource, void *sum)
{
	*(u64 *)sum += resource_size(resource);
	return 0;
}

/* Returns true if Linux's resource tree lists all of the range as memory, either in use or
 * reserved: memmap= and the firmware's own reservations look alike there. */
bool bhd_is_ram(u64 phys, u64 size)
{
	u64 listed = 0;

	walk_iomem_res_desc(IORES_DESC_RESERVED, IORESOURCE_MEM, phys, phys + size - 1, &listed,
			    add_size);
	walk_iomem_res_desc(IORES_DESC_NONE, IORESOURCE_SYSTEM_RAM, phys, phys + size - 1, &listed,
			    add_size);
	return listed == size;
}
#endif

/* Returns Linux's number of a global system interrupt, or 0 if it has none. */
unsigned int bhd_irq_mapping(u32 gsi)
{
	unsigned int irq;

	return acpi_gsi_to_irq(gsi, &irq) ? 0 : irq;
}

static bool kvm_seen; /* kvm.ko is loaded or loading */

/*
 * Is KVM loaded, or loading? A module that is loading has no symbols to be found yet: so
 * keep_kvm_out() sets kvm_seen, then reads bhd.enabling; enable sets bhd.enabling, then calls this.
 * If both happen at the same time, at least one side sees the other.
 */
bool bhd_kvm_loaded(void)
{
	smp_mb(); /* pairs with keep_kvm_out()'s */
	if (READ_ONCE(kvm_seen))
		return true;
	if (!__symbol_get("kvm_init"))
		return false;
	__symbol_put("kvm_init");
	return true;
}

/* Refuses to load kvm.ko, and so the modules that depend on it, while the hypervisor is enabled:
 * newer kernels rely on CPUID as read at boot, and KVM's first instruction would fault. */
static int keep_kvm_out(struct notifier_block *block, unsigned long event, void *data)
{
	const struct module *module = data;

	if (strcmp(module->name, "kvm"))
		return NOTIFY_DONE;
	WRITE_ONCE(kvm_seen, event == MODULE_STATE_COMING || event == MODULE_STATE_LIVE);
	smp_mb(); /* pairs with bhd_kvm_loaded()'s */
	if (event != MODULE_STATE_COMING || !READ_ONCE(bhd.enabling))
		return NOTIFY_DONE;
	WRITE_ONCE(kvm_seen, false);
	pr_err("module kvm can't be loaded: the hypervisor uses the CPUs' virtualization\n");
	return notifier_from_errno(-EBUSY);
}

static struct notifier_block modules = { .notifier_call = keep_kvm_out };

const struct bhd_bus *const bhd_arch_bus; /* NULL: x86-64 has no bus of its own */

int bhd_arch_init(void)
{
	return register_module_notifier(&modules);
}

void bhd_arch_exit(void)
{
	unregister_module_notifier(&modules);
}
