/* SPDX-License-Identifier: GPL-2.0 */
/* The CPU that executes: the one that the test chose. */
#ifndef ARCH_CURRENT_H
#define ARCH_CURRENT_H

struct percpu;

struct percpu *this_cpu(void);

#endif
