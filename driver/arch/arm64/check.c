// SPDX-License-Identifier: GPL-2.0
/* The requirements of arm64 for enable: see driver/check.c. */

#include <linux/of.h>

#include <asm/cpufeature.h>
#include <asm/sysreg.h>
#include <asm/virt.h>

#include "arm64.h"

static int check_not_vhe(const struct bhd_blob *blob, struct bhd_why *why)
{
	return is_kernel_in_hyp_mode() ? bhd_refuse(why, BH_D_VHE, 0, "%s", "") : 0;
}

/* Returns true if the CPU implements EL2 (ID_AA64PFR0_EL1.EL2, Arm ARM D19.2.69). */
static bool has_el2(void)
{
	return (read_sysreg(id_aa64pfr0_el1) >> 8) & 0xf;
}

/* Without EL2, some emulators' firmware is called by HVC: then the missing EL2 is the reason. */
static int check_psci(const struct bhd_blob *blob, struct bhd_why *why)
{
	u32 code = bhd_psci_lacks();

	if (code == BH_D_CONDUIT && !has_el2())
		code = BH_D_NO_EL2;
	return code ? bhd_refuse(why, code, 0, "%s", "") : 0;
}

/* Returns true if HVC can be executed. Unless all these conditions hold, it may be undefined. */
static bool hvc_is_safe(void)
{
	return !is_kernel_in_hyp_mode() && !bhd_psci_lacks() && has_el2() && bhd_booted_at_el2();
}

static int check_el2(const struct bhd_blob *blob, struct bhd_why *why)
{
	if (is_kernel_in_hyp_mode())
		return -ENODATA;
	return hvc_is_safe() ? 0 : bhd_refuse(why, BH_D_NO_EL2, 0, "%s", "");
}

static int check_no_kvm(const struct bhd_blob *blob, struct bhd_why *why)
{
	if (!hvc_is_safe())
		return -ENODATA;
	if (bhd_kvm_is_active() || !bhd_stub_has_el2())
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

static int check_cpu_limits(const struct bhd_blob *blob, struct bhd_why *why)
{
	const struct bhd_probe *probes;
	struct bhd_why ignored;

	if (check_no_kvm(blob, &ignored) || check_gic(blob, &ignored))
		return -ENODATA;
	probes = bhd_probe_cpus();
	if (!probes)
		return bhd_refuse(why, BH_D_NO_MEMORY, PAGE_SIZE, "probing CPUs");
	return bhd_limits_check(probes, why);
}

static int check_platform(const struct bhd_blob *blob, struct bhd_why *why)
{
	return blob ? bhd_platform_matches(&blob->system->platform.arm64, why) : -ENODATA;
}

/* What the last look at the interrupt controller found. Under bhd.manage. */
static struct {
	int error; /* -ENODATA: it isn't where the config says */
	u32 secure, extended;
} gic_seen;

/* Looks at the interrupt controller, for check_extended(), too: all CPUs take part. */
static int check_own_irqs(const struct bhd_blob *blob, struct bhd_why *why)
{
	struct bhd_why ignored;

	gic_seen.error = -ENODATA;
	if (blob && !check_platform(blob, &ignored))
		gic_seen.error = bhd_gic_look(&blob->system->platform.arm64, &gic_seen.secure,
					      &gic_seen.extended);
	if (gic_seen.error || !gic_seen.secure)
		return gic_seen.error;
	return bhd_refuse(why, BH_D_SECURE_IRQ, gic_seen.secure, "%s", "");
}

/* Follows check_own_irqs() in the table of checks. */
static int check_extended(const struct bhd_blob *blob, struct bhd_why *why)
{
	if (gic_seen.error || !gic_seen.extended)
		return gic_seen.error;
	return bhd_refuse(why, BH_D_EXTENDED_IRQ, gic_seen.extended, "%s", "");
}

static int check_direct(const struct bhd_blob *blob, struct bhd_why *why)
{
	struct bhd_why ignored;
	bool two;

	if (!blob || check_platform(blob, &ignored) ||
	    bhd_two_security_states(blob->system->platform.arm64.gicd_phys, &two))
		return -ENODATA;
	if (system_uses_irq_prio_masking())
		return bhd_refuse(why, BH_D_PSEUDO_NMI, 0, "%s", "");
	/* Firmware takes Group 0. Cells don't need it: see the hypervisor's gic_kick.c. */
	if ((two || bhd_fiqs_are_taken()) && blob->root->irq_mode == BH_IRQ_DIRECT)
		return bhd_refuse_at(why, BH_E_UNSUPPORTED, BH_F_IRQ_MODE, 0, BH_IRQ_DIRECT);
	return 0;
}

const struct bhd_check bhd_arch_checks[] = {
	{ BH_REQ_NOT_VHE, check_not_vhe, true },
	{ BH_REQ_PSCI_SMC, check_psci, true },
	{ BH_REQ_EL2_STUB, check_el2, true },
	{ BH_REQ_NO_KVM, check_no_kvm, true },
	{ BH_REQ_GICV3, check_gic, true },
	{ BH_REQ_CPU_LIMITS, check_cpu_limits, true },
	{ BH_REQ_PLATFORM, check_platform, true },
	{ BH_REQ_OWN_IRQS, check_own_irqs, true },
	{ BH_REQ_EXTENDED, check_extended, true },
	{ BH_REQ_DIRECT, check_direct, false },
	{ BH_REQ_FEATURES, bhd_check_features, false },
};
const size_t bhd_arch_check_count = ARRAY_SIZE(bhd_arch_checks);

/* Refuses settings of the root cell's config that this Linux does not support. */
int bhd_arch_check_root(const struct bhd_blob *blob, struct bhd_why *why)
{
	if (blob->root->irq_mode == BH_IRQ_DIRECT && system_uses_irq_prio_masking())
		return bhd_refuse(why, BH_D_PSEUDO_NMI, 0, "%s", "");
	return 0;
}
