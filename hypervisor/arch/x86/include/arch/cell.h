/* SPDX-License-Identifier: GPL-2.0 */
/* What x86 keeps for a cell and for a CPU. */
#ifndef ARCH_CELL_H
#define ARCH_CELL_H

#include <arch/insn_cache.h>
#include <hyp/types.h>

struct pci_functions;

struct arch_cell {
	uint32_t asid;

	/* Registers that select another one, as the cell wrote them; its CPUs share them. */
	uint32_t ioapic_select[4];
	uint32_t pci_address;
	uint8_t clock_index;
	uint8_t clock[16]; /* registers of its clock chip, see res_ports.c */

	uint8_t *iopm;			 /* port bitmap of its own, or NULL: it has no ports */
	struct pci_functions *functions; /* PCI functions that it has, or NULL */
};

struct arch_percpu {
	void *control; /* a page: the control structure */

	/* Written by who wants something of this CPU, then arch_kick(); atomic. */
	uint32_t kicked; /* an NMI of ours is on its way */
	uint32_t init;	 /* an INIT */
	uint32_t nmi;	 /* an NMI for the guest */
	uint32_t flush;	 /* drop the guest's translations */

	bool x2apic;	 /* the mode of its local APIC; that CPU alone */
	bool nmi_masked; /* the guest handles an NMI: no other one now */

	/* Local APIC registers that the guest sees, but that must not take effect. */
	uint32_t icr, icr_high;
	uint32_t ldr, dfr;

	/* That CPU alone: see insn_window.h. */
	struct cached_insn insn_cache[INSN_CACHE_SIZE];
	uint64_t window_set;  /* the open one, or 0 */
	uint64_t window_sets; /* the last number in use */
};

#endif
