/* SPDX-License-Identifier: GPL-2.0 */
/* EL2's own page tables. */
#ifndef ARCH_MMU_H
#define ARCH_MMU_H

#include <hyp/types.h>

/* Map device registers at EL2, during enable. NULL: phys isn't page aligned, the range isn't
 * possible, or there are no pages for tables. */
void *mmu_map_device(paddr_t phys, uint64_t size);

/* Map a page of a guest's memory in one of this CPU's two windows; phys 0 unmaps it. */
void *mmu_window(unsigned slot, paddr_t phys);

#endif
