/* SPDX-License-Identifier: GPL-2.0 */
/* This CPU: the one that the test runs as. */
#ifndef ARCH_CURRENT_H
#define ARCH_CURRENT_H

struct percpu;

struct percpu *this_cpu(void);

#endif
