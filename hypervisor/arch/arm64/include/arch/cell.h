/* SPDX-License-Identifier: GPL-2.0 */
/* State of a cell and of a CPU that only arm64 has. */
#ifndef ARCH_CELL_H
#define ARCH_CELL_H

#include <arch/gic_state.h>
#include <hyp/types.h>

struct arch_cell {
	uint64_t vttbr; /* VTTBR_EL2: VMID and root table of the second stage */
	struct gic_cell gic;
};

/* EL2 registers before enable, which disable restores. */
struct linux_state {
	uint64_t vbar_el2, hcr_el2, cptr_el2, mdcr_el2, cnthctl_el2, sctlr_el2, vttbr_el2, vtcr_el2;
};

struct arch_percpu {
	struct linux_state found;
	struct gic_cpu gic;
	uint64_t mpidr;	    /* VMPIDR_EL2 */
	uint32_t features;  /* FEATURE() bits of arch/sysregs.h; found on each way into EL2 */
	uint64_t *own_root; /* its own root of stage 2, NULL: none; written while it doesn't run */
	uint32_t kept;	    /* see cpu.c: firmware denied CPU_OFF; any CPU, by compare and swap */
	bool withdrawn;	    /* atomic; CPUs that kick set it: own_root is, or will be, empty */
	bool faulting;	    /* in el2_fault() */
	bool flushed;	    /* set/way: the cell's RAM was cleaned, and HCR_EL2.TVM is set */
};

#endif
