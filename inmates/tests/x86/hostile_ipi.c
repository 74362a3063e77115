// SPDX-License-Identifier: GPL-2.0
/* IPIs to CPUs of others; tests check the effects there. */
#include "hostile_arch.h"
#include "info.h"
#include "insn.h"

#define MODE_NMI (4u << 8)
#define MODE_INIT (5u << 8)
#define MODE_SIPI (6u << 8)
#define LOGICAL (1u << 11)
#define ASSERT (1u << 14)
#define SHORTHANDS 4u
#define EVERYBODY 255u
#define EVERYBODY_X2 UINT32_MAX
#define VECTOR_NMI 2

static bool is_ours_cpu(uint32_t id)
{
	if (id == EVERYBODY)
		return true;
	for (unsigned int i = 0; i < info()->n_cpus; i++)
		if (info()->cpu_ids[i] == id)
			return true;
	return false;
}

static void nmi_to_everybody(void *argument)
{
	(void)argument;
	apic_send(apic_x2 ? EVERYBODY_X2 : EVERYBODY, MODE_NMI | ASSERT);
}

/* Vectors that Linux would not expect, with each mode except INIT and SIPI. */
void attack_ipi(void)
{
	for (uint32_t id = 0; id < 256 && keep_going(); id++) {
		for (uint32_t mode = 0; mode < 8; mode++) {
			if (is_ours_cpu(id) || mode == 5 || mode == 6)
				continue;
			apic_send(id, mode << 8 | ASSERT | (32 + random64() % 224));
			apic_send(id, mode << 8 | ASSERT | 14);
		}
	}
	/* Own CPUs that shorthands and logical destinations reach have no handler for these. */
	for (uint32_t shorthand = 2; shorthand < SHORTHANDS; shorthand++)
		apic_send(0, shorthand << 18 | ASSERT | (32 + random64() % 224));
	for (uint32_t names = 1; names < 256; names++)
		apic_send(names, LOGICAL | ASSERT | (32 + random64() % 224));
	/* These include this CPU. */
	report(probe_call(nmi_to_everybody, 0) && probe_fault()->kind == VECTOR_NMI, "ipi", "sent");
}

void attack_start(void)
{
	for (uint32_t id = 0; id < 256 && keep_going(); id++) {
		if (is_ours_cpu(id))
			continue;
		apic_send(id, MODE_INIT | ASSERT);
		apic_send(id, MODE_SIPI | ASSERT | 0x10);
	}
	report(true, "start", "sent");
}
