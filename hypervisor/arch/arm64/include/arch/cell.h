/* SPDX-License-Identifier: GPL-2.0 */
/* What arm64 keeps for a cell and for a CPU. */
#ifndef ARCH_CELL_H
#define ARCH_CELL_H

#include <arch/gic_state.h>
#include <hyp/types.h>

struct arch_cell {
	uint64_t vttbr; /* VTTBR_EL2: VMID and root of the second stage */
	struct gic_cell gic;
};

/* What Linux had at EL2 or expects to find, for disable and for CPUs that return. */
struct linux_state {
	uint64_t vbar_el2, hcr_el2, cptr_el2, mdcr_el2, cnthctl_el2, sctlr_el2, vttbr_el2, vtcr_el2;
};

struct arch_percpu {
	struct linux_state found; /* what Linux had */
	struct gic_cpu gic;
	uint64_t mpidr; /* VMPIDR_EL2 */
	bool faulting;	/* handles a fault of EL2 itself */
	bool flushed;	/* set/way: the cell's RAM was flushed, HCR_EL2.TVM is set */
};

#endif
