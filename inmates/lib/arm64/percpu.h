/* SPDX-License-Identifier: GPL-2.0 */
/* Per-CPU data; TPIDR_EL1 points to it. Also included by assembly. */
#ifndef INMATE_PERCPU_H
#define INMATE_PERCPU_H

#define STACK_BYTES 8192

#define PERCPU_PROBE_PC 0
#define PERCPU_PROBE_SP 8
#define PERCPU_STACK 16
#define PERCPU_SCTLR 24
#define PERCPU_TTBR0 32
#define PERCPU_TCR 40
#define PERCPU_MAIR 48

/* Offsets in struct boot_state. */
#define BOOT_REGS 0
#define BOOT_SCTLR 248
#define BOOT_CPACR 256
#define BOOT_VBAR 264
#define BOOT_TPIDR 272
#define BOOT_DAIF 280
#define BOOT_SPSEL 288
#define BOOT_EL 296

#ifndef __ASSEMBLER__

#include "probe.h"
#include <stddef.h>

struct percpu {
	uint64_t probe_pc; /* where to continue if a probe faults; 0: no probe runs */
	uint64_t probe_sp;
	uint64_t stack; /* end of the stack */
	uint64_t sctlr; /* SCTLR_EL1 of a secondary CPU */
	uint64_t ttbr0, tcr, mair;
	uint64_t index;
	uint64_t id; /* MPIDR affinity */
	void (*function)(void *argument);
	void *argument;
	struct probe_fault fault;
	bool abandon; /* the current interrupt ends the probe */
} __attribute__((aligned(64)));

_Static_assert(offsetof(struct percpu, probe_pc) == PERCPU_PROBE_PC, "percpu");
_Static_assert(offsetof(struct percpu, probe_sp) == PERCPU_PROBE_SP, "percpu");
_Static_assert(offsetof(struct percpu, stack) == PERCPU_STACK, "percpu");
_Static_assert(offsetof(struct percpu, sctlr) == PERCPU_SCTLR, "percpu");
_Static_assert(offsetof(struct percpu, ttbr0) == PERCPU_TTBR0, "percpu");
_Static_assert(offsetof(struct percpu, tcr) == PERCPU_TCR, "percpu");
_Static_assert(offsetof(struct percpu, mair) == PERCPU_MAIR, "percpu");

extern struct percpu percpu[];

static inline struct percpu *this_cpu(void)
{
	struct percpu *cpu;

	__asm__ volatile("mrs %0, tpidr_el1" : "=r"(cpu));
	return cpu;
}

/* The boot CPU's registers at its first instruction. ELR_EL1 is missing: entry.S overwrites it. */
struct boot_state {
	uint64_t regs[31];
	uint64_t sctlr, cpacr, vbar, tpidr, daif, spsel, current_el;
};

_Static_assert(offsetof(struct boot_state, sctlr) == BOOT_SCTLR, "boot_state");
_Static_assert(offsetof(struct boot_state, current_el) == BOOT_EL, "boot_state");

extern struct boot_state boot_state;

#endif
#endif
