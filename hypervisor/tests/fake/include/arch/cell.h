/* SPDX-License-Identifier: GPL-2.0 */
/* Per-cell and per-CPU state of the fake architecture. */
#ifndef ARCH_CELL_H
#define ARCH_CELL_H

#include <hyp/types.h>

struct arch_cell {
};

struct arch_percpu {
	volatile bool kicked; /* atomic: enter the hypervisor soon */
};

#endif
