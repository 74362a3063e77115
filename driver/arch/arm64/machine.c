// SPDX-License-Identifier: GPL-2.0
/* Facts about the machine from Linux and the device tree. */

#include <linux/interrupt.h>
#include <linux/io.h>
#include <linux/irqchip/arm-gic-v3.h>
#include <linux/irqdomain.h>
#include <linux/of.h>
#include <linux/of_address.h>
#include <linux/of_irq.h>

#include "arm64.h"

static const struct of_device_id gic_ids[] = { { .compatible = "arm,gic-v3" }, {} };

/* Returns true if a driver has requested the generic timer's interrupt that has this name, or else
 * this index, in the timer's node of the device tree. */
static bool timer_irq_in_use(const char *name, int index)
{
	struct device_node *timer = of_find_compatible_node(NULL, NULL, "arm,armv8-timer");
	int irq;

	if (!timer)
		return false;
	irq = of_irq_get_byname(timer, name);
	if (irq <= 0)
		irq = of_irq_get(timer, index);
	of_node_put(timer);
	return irq > 0 && irq_has_action(irq);
}

/*
 * Returns true if Linux was booted at EL2 and has dropped to EL1, so that HVC is
 * safe. Linux does not export its flag for this; but its timer driver uses the
 * physical timer only in this case.
 */
bool bhd_booted_at_el2(void)
{
	return timer_irq_in_use("phys", 1);
}

/*
 * Returns true if KVM is initialized: then it has requested the virtual timer's
 * interrupt, which Linux does not use beside the physical one. Such a KVM may have
 * returned EL2 to the stub, but takes it again for its next guest.
 */
bool bhd_kvm_is_active(void)
{
	return timer_irq_in_use("virt", 2);
}

/* Returns the GICv3's node, which the caller must of_node_put(), or NULL. */
struct device_node *bhd_gic_node(void)
{
	struct device_node *node = of_find_matching_node(NULL, gic_ids);

	if (node && of_device_is_available(node))
		return node;
	of_node_put(node);
	return NULL;
}

#define PLATFORM_FIELD(name) offsetof(struct bh_arm64_platform, name)

static int platform_mismatch(struct bhd_why *why, size_t field, u64 machine_has)
{
	return bhd_refuse_at(why, BH_E_MACHINE, BH_F_PLATFORM, field, machine_has);
}

static int gic_matches(struct device_node *gic, const struct bh_arm64_platform *platform,
		       struct bhd_why *why)
{
	struct resource gicd, gicr;

	if (of_address_to_resource(gic, 0, &gicd) || of_address_to_resource(gic, 1, &gicr))
		return bhd_refuse(why, BH_E_UNSUPPORTED, 0,
				  "interrupt controller without registers");
	if (platform->gic_version != 3)
		return platform_mismatch(why, PLATFORM_FIELD(gic_version), 3);
	if (platform->gicd_phys != gicd.start)
		return platform_mismatch(why, PLATFORM_FIELD(gicd_phys), gicd.start);
	if (platform->gicr_phys != gicr.start)
		return platform_mismatch(why, PLATFORM_FIELD(gicr_phys), gicr.start);
	if (platform->gicr_size > resource_size(&gicr))
		return platform_mismatch(why, PLATFORM_FIELD(gicr_size), resource_size(&gicr));
	return 0;
}

/* Refuses a machine with an ITS that the config lacks: an ITS that the hypervisor does not control
 * could write anywhere in memory. */
static int its_matches(struct device_node *gic, const struct bh_arm64_platform *platform,
		       struct bhd_why *why)
{
	struct device_node *its = of_get_compatible_child(gic, "arm,gic-v3-its");
	struct resource registers = {};
	u64 phys = 0;

	if (its && of_device_is_available(its) && !of_address_to_resource(its, 0, &registers))
		phys = registers.start;
	of_node_put(its);
	if (platform->its_phys != phys)
		return platform_mismatch(why, PLATFORM_FIELD(its_phys), phys);
	return 0;
}

/* Refuses a config whose interrupt controller is not at the machine's addresses. */
int bhd_platform_matches(const struct bh_arm64_platform *platform, struct bhd_why *why)
{
	struct device_node *gic = bhd_gic_node();
	int error;

	if (!gic)
		return bhd_refuse(why, BH_E_UNSUPPORTED, 0, "no GICv3 in the device tree");
	error = gic_matches(gic, platform, why);
	if (!error)
		error = its_matches(gic, platform, why);
	of_node_put(gic);
	return error;
}

/* Reads whether the distributor has two security states (GICD_CTLR.DS is 0). */
int bhd_two_security_states(u64 gicd_phys, bool *two)
{
	void __iomem *gicd = ioremap(gicd_phys, PAGE_SIZE);

	if (!gicd)
		return -ENOMEM;
	*two = !(readl(gicd + GICD_CTLR) & GICD_CTLR_DS);
	iounmap(gicd);
	return 0;
}

static bool inside(const struct resource *outer, u64 phys, u64 size)
{
	return phys >= outer->start && phys + size - 1 <= outer->end;
}

/*
 * Returns true if the device tree lists all of the range as memory, including
 * memory that Linux does not use (mem=, no-map), or if it has no memory nodes, as
 * with UEFI.
 */
bool bhd_is_ram(u64 phys, u64 size)
{
	struct device_node *node;
	struct resource range;
	bool known = false;
	int i;

	for_each_node_by_type (node, "memory") {
		for (i = 0; !of_address_to_resource(node, i, &range); i++) {
			known = true;
			if (inside(&range, phys, size)) {
				of_node_put(node);
				return true;
			}
		}
	}
	return !known;
}

static int gic_fwspec(struct irq_fwspec *spec, u32 intid)
{
	struct device_node *gic = bhd_gic_node();

	if (!gic)
		return -ENODEV;
	*spec = (struct irq_fwspec){
		.fwnode = of_fwnode_handle(gic),
		.param_count = 3,
		.param = { 0, intid - 32, IRQ_TYPE_EDGE_RISING }, /* 0: SPI */
	};
	of_node_put(gic); /* Linux keeps the node of its interrupt controller */
	return 0;
}

/* Returns Linux's number of a GIC interrupt, or 0 if Linux does not use it. */
unsigned int bhd_irq_mapping(u32 intid)
{
	struct irq_fwspec spec;
	struct irq_domain *domain;

	if (gic_fwspec(&spec, intid))
		return 0;
	domain = irq_find_matching_fwspec(&spec, DOMAIN_BUS_ANY);
	return domain ? irq_find_mapping(domain, intid) : 0;
}

/* Maps an SPI as an edge-triggered interrupt. Returns Linux's number, or 0. */
int bhd_irq_map_edge(u32 intid)
{
	struct irq_fwspec spec;

	return gic_fwspec(&spec, intid) ? 0 : irq_create_fwspec_mapping(&spec);
}
