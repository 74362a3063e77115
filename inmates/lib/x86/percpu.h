/* SPDX-License-Identifier: GPL-2.0 */
/* Per-CPU data; GS points to it. Also included by assembly. */
#ifndef INMATE_PERCPU_H
#define INMATE_PERCPU_H

#define STACK_BYTES 8192

#define PERCPU_SELF 0
#define PERCPU_STACK 8
#define PERCPU_PROBE_PC 16
#define PERCPU_PROBE_SP 24

/* Offsets in struct boot_state. */
#define BOOT_REGS 0
#define BOOT_CR0 128
#define BOOT_CR3 136
#define BOOT_CR4 144
#define BOOT_EFER 152
#define BOOT_BYTES 160

#ifndef __ASSEMBLER__

#include "probe.h"
#include <stddef.h>

struct percpu {
	struct percpu *self;
	uint64_t stack;	   /* end of the stack */
	uint64_t probe_pc; /* where to continue if a probe faults; 0: no probe runs */
	uint64_t probe_sp;
	uint64_t index;
	uint64_t id; /* local APIC id */
	void (*function)(void *argument);
	void *argument;
	struct probe_fault fault;
	uint64_t timer_at; /* expiry of the timer, in clock ticks; 0: stopped */
} __attribute__((aligned(64)));

_Static_assert(offsetof(struct percpu, self) == PERCPU_SELF, "percpu");
_Static_assert(offsetof(struct percpu, stack) == PERCPU_STACK, "percpu");
_Static_assert(offsetof(struct percpu, probe_pc) == PERCPU_PROBE_PC, "percpu");
_Static_assert(offsetof(struct percpu, probe_sp) == PERCPU_PROBE_SP, "percpu");

/* The boot CPU's initial registers: 32 bits of ax, cx, dx, bx, sp, bp, si, di; then r8 to r15. */
struct boot_state {
	uint64_t regs[16];
	uint64_t cr0, cr3, cr4, efer;
};

_Static_assert(offsetof(struct boot_state, cr0) == BOOT_CR0, "boot_state");
_Static_assert(sizeof(struct boot_state) == BOOT_BYTES, "boot_state");

extern struct boot_state boot_state;

static inline struct percpu *this_cpu(void)
{
	struct percpu *cpu;

	__asm__ volatile("mov %%gs:0, %0" : "=r"(cpu));
	return cpu;
}

#endif
#endif
