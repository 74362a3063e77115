// SPDX-License-Identifier: GPL-2.0
/*
 * Judges what probe.c read. CPUs of a machine may differ (big.LITTLE): where a
 * minimum is enough, the hypervisor uses it on all CPUs; other differences are
 * refused.
 */

#include <linux/minmax.h>

#include "limits.h"

static u32 list_registers(const struct bhd_probe *probe)
{
	return (probe->vtr & 0x1f) + 1; /* ICH_VTR_EL2.ListRegs (IHI 0069H 12.4.10) */
}

static u32 line_shift(const struct bhd_probe *probe)
{
	return (probe->ctr >> 16 & 0xf) + 2; /* CTR_EL0.DminLine: log2 of 4-byte words */
}

static u32 pa_range(const struct bhd_probe *probe)
{
	return probe->mmfr0 & 0xf;
}

/* Returns true if both stages of translation have 4 KiB pages: TGran4 is not 15; TGran4_2 is not 1,
 * and 0 means as TGran4 (DDI 0487 D17.2.64). */
static bool has_small_pages(const struct bhd_probe *probe)
{
	return (probe->mmfr0 >> 28 & 0xf) != 0xf && (probe->mmfr0 >> 40 & 0xf) != 1;
}

/* Returns the number of active priority registers, which follows from the preemption bits. */
static u32 priority_registers(const struct bhd_probe *probe)
{
	u32 bits = min_t(u32, probe->priority_bits, (probe->vtr >> 26 & 7) + 1);

	return bits > 5 ? 1u << (bits - 5) : 1;
}

/* Returns the minima; if no CPU is known, what every arm64 CPU has. */
struct bhd_limits bhd_limits_of(const struct bhd_probe *probes)
{
	struct bhd_limits limits = { 0xff, 0xff, 0xff };
	u32 i;

	for (i = 0; i < BH_MAX_CPUS; i++) {
		if (!probes[i].known)
			continue;
		limits.pa_range = min_t(u32, limits.pa_range, pa_range(&probes[i]));
		limits.list_registers =
			min_t(u32, limits.list_registers, list_registers(&probes[i]));
		limits.line_shift = min_t(u32, limits.line_shift, line_shift(&probes[i]));
	}
	return limits;
}

struct bh_cpu_facts bhd_facts_of(const struct bhd_probe *probe, unsigned int cpu)
{
	static const u8 pa_bits[] = { 32, 36, 40, 42, 44, 48, 52, 56 };

	return (struct bh_cpu_facts){
		.cpu = cpu,
		.midr = probe->midr,
		.pa_bits = pa_bits[pa_range(probe) & 7],
		.list_registers = list_registers(probe),
		.priority_bits = probe->priority_bits,
		.counters = probe->counters,
		.line_bytes = min_t(u32, 1u << line_shift(probe), 0xffff),
		.flags = probe->fiq_taken ? BH_FACT_FIQ_TAKEN : 0,
	};
}

/* Returns what the CPU lacks, or NULL. */
static const char *lacks(const struct bhd_probe *probe)
{
	if (list_registers(probe) < 2)
		return "a second list register";
	if (!has_small_pages(probe))
		return "4 KiB pages in both stages";
	return NULL;
}

/* Returns what must be the same on two CPUs and is not, or NULL. */
static const char *differ(const struct bhd_probe *a, const struct bhd_probe *b)
{
	if (a->priority_bits != b->priority_bits || priority_registers(a) != priority_registers(b))
		return "priority bits";
	if (a->fiq_taken != b->fiq_taken)
		return "the FIQ's routing (SCR_EL3.FIQ)";
	return NULL;
}

/* Refuses CPUs on which the hypervisor can't run. */
int bhd_limits_check(const struct bhd_probe *probes, struct bhd_why *why)
{
	const struct bhd_probe *first = NULL;
	u32 i;

	for (i = 0; i < BH_MAX_CPUS; i++) {
		const struct bhd_probe *probe = &probes[i];

		if (!probe->known)
			continue;
		first = first ?: probe;
		if (lacks(probe))
			return bhd_refuse(why, BH_D_CPU_LACKS, i, "%s", lacks(probe));
		if (differ(first, probe))
			return bhd_refuse(why, BH_D_CPUS_DIFFER, i, "%s", differ(first, probe));
	}
	return 0;
}
