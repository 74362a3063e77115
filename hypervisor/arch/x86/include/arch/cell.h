/* SPDX-License-Identifier: GPL-2.0 */
/* What x86 keeps for a cell and for a CPU. */
#ifndef ARCH_CELL_H
#define ARCH_CELL_H

#include <hyp/types.h>

struct arch_cell {
	uint32_t asid;
};

struct arch_percpu {
	void *control; /* a page: the control structure */

	/* Written by who wants something of this CPU, then arch_kick(); atomic. */
	uint32_t kicked; /* an NMI of ours is on its way */
	uint32_t init;	 /* an INIT */
	uint32_t nmi;	 /* an NMI for the guest */
	uint32_t flush;	 /* drop the guest's translations */

	bool nmi_masked; /* the guest handles an NMI: no other one now */

	/* Local APIC registers that the guest sees, but that must not take effect. */
	uint32_t icr, icr_high;
	uint32_t ldr, dfr;
};

#endif
