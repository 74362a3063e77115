// SPDX-License-Identifier: GPL-2.0
/* CPUs of a machine differ: minima are in force, and other differences are refused. */
#include <string.h>

#include "arch/arm64/limits.h"
#include "test.h"

#define VTR(lrs, preemption_bits) ((u64)((preemption_bits)-1) << 26 | ((lrs)-1))
#define CTR(words) ((u64)(words) << 16) /* DminLine */

static struct bhd_probe probes[BH_MAX_CPUS];
static struct bhd_why why;

/* A Cortex-A53 as CPU 0 and a Cortex-A72 as CPU 4, but for the larger lines. */
static void two_kinds(void)
{
	memset(probes, 0, sizeof(probes));
	memset(&why, 0, sizeof(why));
	probes[0] = (struct bhd_probe){ .mmfr0 = 2,
					.ctr = CTR(4),
					.vtr = VTR(4, 5),
					.midr = 0x410fd034,
					.priority_bits = 5,
					.counters = 6,
					.known = true };
	probes[4] = (struct bhd_probe){ .mmfr0 = 4,
					.ctr = CTR(5),
					.vtr = VTR(16, 5),
					.midr = 0x410fd083,
					.priority_bits = 5,
					.counters = 6,
					.known = true };
}

static void check_minima(void)
{
	struct bhd_limits limits = bhd_limits_of(probes);

	CHECK_EQ(limits.pa_range, 2);
	CHECK_EQ(limits.list_registers, 4);
	CHECK_EQ(limits.line_shift, 6);
	CHECK_EQ(bhd_limits_check(probes, &why), 0);
}

TEST(minima_of_all_cpus_in_either_order)
{
	struct bhd_probe first;

	two_kinds();
	check_minima();
	first = probes[0];
	probes[0] = probes[4];
	probes[4] = first;
	check_minima();
}

TEST(facts_of_a_cpu)
{
	struct bh_cpu_facts facts;

	two_kinds();
	probes[4].fiq_taken = true;
	facts = bhd_facts_of(&probes[4], 4);
	CHECK_EQ(facts.cpu, 4);
	CHECK_EQ(facts.pa_bits, 44);
	CHECK_EQ(facts.list_registers, 16);
	CHECK_EQ(facts.line_bytes, 128);
	CHECK_EQ(facts.flags, BH_FACT_FIQ_TAKEN);
}

static void refused(u32 code, const char *name)
{
	CHECK_EQ(bhd_limits_check(probes, &why), -EPERM);
	CHECK_EQ(why.refusal.code, code);
	CHECK_EQ(why.refusal.value, 4);
	CHECK(!strcmp(why.name, name));
}

TEST(any_cpu_may_lack_something)
{
	two_kinds();
	probes[4].vtr = VTR(1, 5);
	refused(BH_D_CPU_LACKS, "a second list register");
	two_kinds();
	probes[4].mmfr0 |= 0xfull << 28;
	refused(BH_D_CPU_LACKS, "4 KiB pages in both stages");
	two_kinds();
	probes[4].mmfr0 |= 1ull << 40;
	refused(BH_D_CPU_LACKS, "4 KiB pages in both stages");
}

TEST(differences_that_no_minimum_covers)
{
	two_kinds();
	probes[4].priority_bits = 7;
	refused(BH_D_CPUS_DIFFER, "priority bits");
	two_kinds();
	probes[0].priority_bits = probes[4].priority_bits = 7;
	probes[4].vtr = VTR(4, 7);
	refused(BH_D_CPUS_DIFFER, "priority bits");
	two_kinds();
	probes[4].fiq_taken = true;
	refused(BH_D_CPUS_DIFFER, "the FIQ's routing (SCR_EL3.FIQ)");
}
