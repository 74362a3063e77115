/* SPDX-License-Identifier: GPL-2.0 */
/* x86's part of struct cell and of struct percpu. */
#ifndef ARCH_CELL_H
#define ARCH_CELL_H

#include <arch/insn_cache.h>
#include <hyp/types.h>

struct pci_functions;

struct arch_cell {
	uint32_t asid; /* SVM: ASID; VMX: VPID */

	/* Index registers of emulated devices, as the cell wrote them; the cell's CPUs share
	 * them. */
	uint32_t ioapic_select[4];
	uint32_t pci_address;
	uint8_t clock_index;
	uint8_t clock[16]; /* registers of the emulated clock chip: see res_ports.c */

	uint8_t *iopm;			 /* port bitmap; NULL: the cell has no ports */
	struct pci_functions *functions; /* NULL: it has no PCI functions */
};

struct arch_percpu {
	void *control; /* the control structure, one page */

	/* Requests. Any CPU sets them, atomically, then calls arch_kick(); this CPU clears them. */
	uint32_t kicked; /* a kick's NMI is on its way */
	uint32_t init;	 /* INIT */
	uint32_t nmi;	 /* an NMI for the guest */
	uint32_t flush;	 /* invalidate the guest's translations */

	/* From here on private to this CPU, except that ldr and dfr, which only it writes, are read
	 * by every CPU that looks for the targets of a logical destination. */
	bool x2apic;	 /* its local APIC is in x2APIC mode */
	bool nmi_masked; /* SVM: the guest is in its NMI handler */
	bool faulting;	 /* the hypervisor handles an exception of its own */

	/* Local APIC registers as the guest wrote them; the hardware's may differ. */
	uint32_t icr, icr_high;
	uint32_t ldr, dfr;

	struct cached_insn insn_cache[INSN_CACHE_SIZE];
	uint64_t window_set;  /* number of the open windows; 0: none (insn_window.h) */
	uint64_t window_sets; /* the last number given to windows */
};

#endif
