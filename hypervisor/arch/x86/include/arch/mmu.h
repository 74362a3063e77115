/* SPDX-License-Identifier: GPL-2.0 */
/* The hypervisor's own page tables. */
#ifndef ARCH_MMU_H
#define ARCH_MMU_H

#include <hyp/types.h>

/* Once, at enable. phys: where the hypervisor's region begins. */
void mmu_build(paddr_t phys);

uint64_t mmu_root(void);    /* CR3 for the hypervisor's own tables */
void mmu_switch(void);	    /* loads it */
void mmu_switch_back(void); /* loads the tables of entry, which map Linux's half, too */

/* Maps a page in one of this CPU's windows until the next call for the same slot; phys 0 unmaps. */
void *mmu_window(unsigned slot, paddr_t phys);

extern uint64_t mmu_private[512]; /* the last-level table for PRIVATE_VA */

/* Device registers, mapped as layout.h says; from the linker script. */
extern char mmu_apic[], mmu_io_apics[];

#endif
