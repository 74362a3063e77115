/* SPDX-License-Identifier: GPL-2.0 */
/* The current CPU is the one that model_run_as() chose. */
#ifndef ARCH_CURRENT_H
#define ARCH_CURRENT_H

struct percpu;

struct percpu *this_cpu(void);

#endif
