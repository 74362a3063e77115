// SPDX-License-Identifier: GPL-2.0
/*
 * Measures what each online CPU offers, before anything has changed.
 * ICH_VTR_EL2 can be read at EL2 only: a few instructions run there, entered
 * through Linux's hyp stub as the hypervisor is at enable, and return at once.
 */

#include <linux/gfp.h>
#include <linux/io.h>
#include <linux/smp.h>

#include <asm/cpufeature.h>
#include <asm/cputype.h>
#include <asm/sysreg.h>
#include <asm/virt.h>

#include "arm64.h"

/* Reads ICH_VTR_EL2 to x1. Runs from a copy, at its physical address, with the MMU off. */
asm(".pushsection .rodata\n"
    "probe_code: mrs x1, S3_4_C12_C11_1\n"
    "mov x0, xzr\n"
    "eret\n"
    "probe_code_end:\n"
    ".popsection\n");
extern const char probe_code[], probe_code_end[];

/* Protected by bhd.manage, but for the probe itself, in which each CPU writes its own entry. */
static struct bhd_probe probes[BH_MAX_CPUS]; /* by Linux's number */

/* Returns ICH_VTR_EL2, which the code leaves in x1. phys: the code's copy. */
static u64 read_vtr_at_el2(u64 phys)
{
	bhd_hvc_switch(HVC_SOFT_RESTART, &phys, 0);
	return phys;
}

/*
 * Returns true if the firmware takes FIQs (SCR_EL3.FIQ). Then this CPU has the
 * non-secure view of priorities, in which ICC_PMR_EL1 can't store the smallest
 * value above 0 (IHI 0069H 4.8.6). The hypervisor finds out in the same way.
 */
static bool firmware_takes_fiqs(u32 priority_bits)
{
	u64 before = read_sysreg_s(SYS_ICC_PMR_EL1), kept;

	write_sysreg_s(1u << (8 - priority_bits), SYS_ICC_PMR_EL1);
	kept = read_sysreg_s(SYS_ICC_PMR_EL1);
	write_sysreg_s(before, SYS_ICC_PMR_EL1);
	return !kept;
}

/* PMUv3 is in ID_AA64DFR0_EL1.PMUVer, bits 11:8; 15 is an implementation defined PMU. */
static u32 event_counters(void)
{
	u32 version = read_sysreg(id_aa64dfr0_el1) >> 8 & 0xf;

	return version && version != 0xf ? read_sysreg(pmcr_el0) >> 11 & 0x1f : 0;
}

static void probe_this_cpu(void *code)
{
	unsigned int cpu = smp_processor_id();
	struct bhd_probe *probe;

	if (cpu >= BH_MAX_CPUS)
		return; /* bhd_cpus_map() refuses such a machine */
	probe = &probes[cpu];
	probe->midr = read_cpuid_id();
	probe->mmfr0 = read_cpuid(ID_AA64MMFR0_EL1);
	probe->ctr = read_sysreg(ctr_el0);
	probe->vtr = read_vtr_at_el2(virt_to_phys(code));
	probe->priority_bits = (read_sysreg_s(SYS_ICC_CTLR_EL1) >> 8 & 7) + 1;
	probe->fiq_taken = firmware_takes_fiqs(probe->priority_bits);
	probe->counters = event_counters();
	probe->known = true;
}

/*
 * Measures all online CPUs. The caller has checked that Linux's hyp stub runs at
 * EL2 and that the GIC is a GICv3; it holds bhd.manage. Returns the results by
 * Linux's number, BH_MAX_CPUS of them, or NULL if Linux is out of memory.
 */
const struct bhd_probe *bhd_probe_cpus(void)
{
	void *code = (void *)__get_free_page(GFP_KERNEL);

	if (!code)
		return NULL;
	memcpy(code, probe_code, probe_code_end - probe_code);
	bhd_arch_clean(code, probe_code_end - probe_code);
	asm volatile("ic ialluis"); /* the page may have held other code (DDI 0487 B2.4.4) */
	dsb(ish);
	memset(probes, 0, sizeof(probes));
	on_each_cpu(probe_this_cpu, code, true);
	free_page((unsigned long)code);
	return probes;
}

/* Returns true if the firmware takes FIQs of any CPU of the last probe. */
bool bhd_fiqs_are_taken(void)
{
	unsigned int cpu;

	for (cpu = 0; cpu < BH_MAX_CPUS; cpu++)
		if (probes[cpu].fiq_taken)
			return true;
	return false;
}

/* Fills in the CPUs of the last probe. */
void bhd_arch_facts(struct bh_ioc_check *check)
{
	unsigned int cpu;

	for (cpu = 0; cpu < BH_MAX_CPUS; cpu++)
		if (probes[cpu].known)
			check->cpus[check->n_cpus++] = bhd_facts_of(&probes[cpu], cpu);
}

/* Passes the minima of the last probe to the hypervisor, which compares each CPU with them. */
void bhd_arch_fill_boot(struct bh_boot *boot)
{
	struct bhd_limits limits = bhd_limits_of(probes);

	boot->pa_range = limits.pa_range;
	boot->list_registers = limits.list_registers;
	boot->line_shift = limits.line_shift;
}
