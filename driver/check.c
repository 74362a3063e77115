// SPDX-License-Identifier: GPL-2.0
/* What must be true before enable; BH_IOC_CHECK shows it point by point. */

#include <linux/of.h>

#include "driver.h"

/*
 * Each requirement's check gives 0 (fulfilled), -EPERM (not; see why) or
 * -ENODATA (can't be known on this machine or before another is fulfilled).
 * blob is NULL where only the machine is looked at.
 */
typedef int (*check_fn)(const struct bhd_blob *blob, struct bhd_why *why);

static int check_not_vhe(const struct bhd_blob *blob, struct bhd_why *why)
{
	return bhd_arch_is_vhe() ? bhd_refuse(why, BH_D_VHE, 0, "%s", "") : 0;
}

static int check_conduit(const struct bhd_blob *blob, struct bhd_why *why)
{
	return bhd_psci_uses_smc() ? 0 : bhd_refuse(why, BH_D_CONDUIT, 0, "%s", "");
}

/* HVC may be undefined where one of these does not hold. */
static bool hvc_is_safe(void)
{
	return !bhd_arch_is_vhe() && bhd_psci_uses_smc() && bhd_arch_has_el2() &&
	       bhd_booted_at_el2();
}

static int check_el2(const struct bhd_blob *blob, struct bhd_why *why)
{
	if (bhd_arch_is_vhe())
		return -ENODATA;
	return hvc_is_safe() ? 0 : bhd_refuse(why, BH_D_NO_EL2, 0, "%s", "");
}

static int check_no_kvm(const struct bhd_blob *blob, struct bhd_why *why)
{
	if (!hvc_is_safe())
		return -ENODATA;
	if (bhd_kvm_is_active() || bhd_arch_probe_el2() != BHD_EL2_STUB)
		return bhd_refuse(why, BH_D_KVM, 0, "%s", "");
	return 0;
}

static int check_gic(const struct bhd_blob *blob, struct bhd_why *why)
{
	struct device_node *gic = bhd_gic_node();

	if (!gic)
		return bhd_refuse(why, BH_E_UNSUPPORTED, 0, "no GICv3 in the device tree");
	of_node_put(gic);
	return 0;
}

static int check_cpus(const struct bhd_blob *blob, struct bhd_why *why)
{
	int cpu_of[BH_MAX_CPUS];

	return blob ? bhd_cpus_map(blob->system, cpu_of, why) : -ENODATA;
}

static int check_hyp_memory(const struct bhd_blob *blob, struct bhd_why *why)
{
	if (!blob)
		return -ENODATA;
	return bhd_region_probe(blob->system->hyp_phys, blob->system->hyp_size, why);
}

static int check_one_cell(const struct bh_cell_part *cell, struct bhd_why *why)
{
	int error = 0;
	u32 i;

	for (i = 0; i < cell->n_regions && !error; i++)
		if (cell->regions[i].type != BH_REGION_MMIO)
			error = bhd_region_probe(cell->regions[i].phys, cell->regions[i].size, why);
	if (!error && cell->image_size)
		error = bhd_region_probe(cell->image_phys, cell->image_size, why);
	return error;
}

static int check_cell_memory(const struct bhd_blob *blob, struct bhd_why *why)
{
	const struct bh_cell_part *cell = NULL;
	int error = 0;

	if (!blob)
		return -ENODATA;
	while (!error && (cell = bhd_blob_next_cell(blob, cell)))
		error = check_one_cell(cell, why);
	return error;
}

static int check_platform(const struct bhd_blob *blob, struct bhd_why *why)
{
	return blob ? bhd_platform_matches(&blob->system->platform.arm64, why) : -ENODATA;
}

static int check_direct(const struct bhd_blob *blob, struct bhd_why *why)
{
	struct bhd_why ignored;
	bool two;

	if (!blob || check_platform(blob, &ignored) ||
	    bhd_two_security_states(blob->system->platform.arm64.gicd_phys, &two))
		return -ENODATA;
	if (bhd_arch_masks_by_priority())
		return bhd_refuse(why, BH_D_PSEUDO_NMI, 0, "%s", "");
	if (two)
		return bhd_refuse_at(why, BH_E_UNSUPPORTED, BH_F_IRQ_MODE, 0, BH_IRQ_DIRECT);
	return 0;
}

/* In the order in which they build on each other. */
static const struct {
	enum bh_requirement requirement;
	check_fn check;
	bool needed; /* for enable */
} checks[] = {
	{ BH_REQ_NOT_VHE, check_not_vhe, true }, { BH_REQ_PSCI_SMC, check_conduit, true },
	{ BH_REQ_EL2_STUB, check_el2, true },	 { BH_REQ_NO_KVM, check_no_kvm, true },
	{ BH_REQ_GICV3, check_gic, true },	 { BH_REQ_PLATFORM, check_platform, true },
	{ BH_REQ_CPUS, check_cpus, true },	 { BH_REQ_HYP_MEMORY, check_hyp_memory, true },
	{ BH_REQ_IMAGE, bhd_image_check, true }, { BH_REQ_CELL_MEMORY, check_cell_memory, false },
	{ BH_REQ_DIRECT, check_direct, false },
};

/* Looks at everything; fills in known, ok and why[]. Gives 0. */
int bhd_check_all(const struct bhd_blob *blob, struct bh_ioc_check *check)
{
	size_t i;

	static_assert(sizeof(check->why[0]) == sizeof(struct bhd_why));
	for (i = 0; i < ARRAY_SIZE(checks); i++) {
		u32 bit = 1u << checks[i].requirement;
		struct bhd_why why = {};
		int result = checks[i].check(blob, &why);

		if (result == -ENODATA)
			continue;
		check->known |= bit;
		if (!result)
			check->ok |= bit;
		else
			memcpy(&check->why[checks[i].requirement], &why, sizeof(why));
	}
	return 0;
}

static int check_root_irq_mode(const struct bhd_blob *blob, struct bhd_why *why)
{
	if (blob->root->irq_mode == BH_IRQ_DIRECT && bhd_arch_masks_by_priority())
		return bhd_refuse(why, BH_D_PSEUDO_NMI, 0, "%s", "");
	return 0;
}

/* Stops at the first requirement of enable that isn't fulfilled. */
int bhd_check_before_enable(const struct bhd_blob *blob, struct bhd_why *why)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(checks); i++) {
		int result = checks[i].needed ? checks[i].check(blob, why) : 0;

		if (result == -ENODATA)
			result = bhd_refuse(why, BH_E_MACHINE, checks[i].requirement, "%s", "");
		if (result)
			return result;
	}
	return check_root_irq_mode(blob, why);
}
