/* SPDX-License-Identifier: GPL-2.0 */
/* What others want of a CPU: kicks, INIT, NMIs for its guest. */
#ifndef ARCH_CPU_H
#define ARCH_CPU_H

#include <hyp/cell.h>

/* On the CPU, after a kick and wherever it may have to wait: do what others want. May not return. */
void take_commands(struct percpu *cpu);

/* The guest exited with an NMI: ours, or one that is root's. */
void take_nmi(struct percpu *cpu);

/* INIT and SIPI for a CPU of the caller's cell; INIT waits until the CPU has stopped. */
void cpu_init(struct percpu *target);
void cpu_sipi(struct percpu *target, unsigned vector);

#endif
