// SPDX-License-Identifier: GPL-2.0
/* Reads the ID registers of CPUs, and reports features that are newer than the hypervisor's list. */

#include <linux/cpu.h>
#include <linux/smp.h>

#include <asm/sysreg.h>

#include "arm64.h"
#include "newer.h"

#define ID_OF(m, op2) read_sysreg_s(sys_reg(3, 0, 0, m, op2))
#define ID_ROW(m)                                                                             \
	{                                                                                     \
		ID_OF(m, 0), ID_OF(m, 1), ID_OF(m, 2), ID_OF(m, 3), ID_OF(m, 4), ID_OF(m, 5), \
			ID_OF(m, 6), ID_OF(m, 7)                                              \
	}

/* On each CPU in turn: keeps the CPU with most fields. */
static void look(void *argument)
{
	const u64 values[4][8] = { ID_ROW(4), ID_ROW(5), ID_ROW(6), ID_ROW(7) };
	struct bhd_newer mine = bhd_newer_of(values), *most = argument;

	if (mine.fields > most->fields)
		*most = mine;
}

/* Information only: what is newer stays hidden from cells. */
int bhd_check_features(const struct bhd_blob *blob, struct bhd_why *why)
{
	struct bhd_newer newer = {};
	unsigned int cpu;

	cpus_read_lock();
	for_each_online_cpu (cpu)
		smp_call_function_single(cpu, look, &newer, true);
	cpus_read_unlock();
	if (!newer.fields)
		return 0;
	return bhd_refuse(why, BH_D_NEWER_CPU, newer.fields, "S3_0_C0_C%u_%u, bit %u", newer.m,
			  newer.op2, newer.bit);
}
