/* SPDX-License-Identifier: GPL-2.0 */
/* What CPUs offer, and whether the hypervisor can run on them. Host tests include it. */
#ifndef BULKHEAD_ARM64_LIMITS_H
#define BULKHEAD_ARM64_LIMITS_H

#include <linux/types.h>

#include <bulkhead/ioctl.h>

#include "refuse.h"

/* What probe.c read on one CPU. */
struct bhd_probe {
	u64 mmfr0; /* ID_AA64MMFR0_EL1 */
	u64 ctr;   /* CTR_EL0 */
	u64 vtr;   /* ICH_VTR_EL2 */
	u32 midr;  /* MIDR_EL1 */
	u32 priority_bits;
	u32 counters;
	bool fiq_taken; /* SCR_EL3.FIQ */
	bool known;	/* the CPU was online */
};

/* The minima of all known CPUs, in the form of struct bh_boot. */
struct bhd_limits {
	u8 pa_range, list_registers, line_shift;
};

struct bhd_limits bhd_limits_of(const struct bhd_probe *probes);
struct bh_cpu_facts bhd_facts_of(const struct bhd_probe *probe, unsigned int cpu);
int bhd_limits_check(const struct bhd_probe *probes, struct bhd_why *why);

#endif
