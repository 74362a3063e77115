/* SPDX-License-Identifier: GPL-2.0 */
/* The CPU as which the test runs. */
#ifndef ARCH_CURRENT_H
#define ARCH_CURRENT_H

struct percpu;

struct percpu *this_cpu(void);

#endif
