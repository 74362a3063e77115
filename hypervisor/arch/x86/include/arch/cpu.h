/* SPDX-License-Identifier: GPL-2.0 */
/* Requests to a CPU: kicks, INIT and SIPI, NMIs for its guest; its extended state. */
#ifndef ARCH_CPU_H
#define ARCH_CPU_H

#include <hyp/cell.h>

struct descriptor_table;

/* Serves pending requests to this CPU: after a kick, and in every loop that waits. May not
 * return. */
void take_commands(struct percpu *cpu);

/* The guest exited on an NMI: a kick, or an NMI of the machine, which root gets. */
void take_nmi(struct percpu *cpu);

/* INIT and SIPI for a CPU of the caller's cell. cpu_init() waits until the target has stopped. */
void cpu_init(struct percpu *target);
void cpu_sipi(struct percpu *target, unsigned vector);

/* Keeps this CPU in the hypervisor until the machine is reset; it still serves requests. */
void __noreturn cpu_park(struct percpu *cpu);

/* Disable has begun: parked CPUs leave the hypervisor at their next kick. True if it had before. */
bool cpu_begin_leave(void);

/* park.S: halts this CPU until an NMI has arrived. */
void park_wait(void);

/* park.S: accepts the pending interrupt of the highest priority, if any, on this IDT, whose
 * handlers only return. */
void interrupts_drain(const struct descriptor_table *idt);

/* fpu.c: resets this CPU's extended state (x87, SSE, AVX and others), so that nothing of its
 * previous owner is left. It is the guest's at all times; the hypervisor uses none of it. */
void fpu_reset(void);

#endif
