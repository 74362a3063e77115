/* SPDX-License-Identifier: GPL-2.0 */
/* EL2's own page tables. */
#ifndef ARCH_MMU_H
#define ARCH_MMU_H

#include <hyp/paging.h>

/* Map device registers at EL2, during enable. NULL: phys isn't page aligned, the range isn't
 * possible, or there are no pages for tables. */
void *mmu_map_device(paddr_t phys, uint64_t size);

/* EL2's own tables, and the entry of its last level that maps a page near PRIVATE_VA. */
const struct page_table *mmu_table(void);
uint64_t *mmu_private_entry(uint64_t va);

/*
 * window.c: map a page of a guest's memory in one of this CPU's two windows (slot 0 or 1), which
 * is closed, and unmap it. Guests' memory is mapped at EL2 in windows only, by the function that
 * needs it for as long as it needs it. el2_fault() closes those of a function that is abandoned.
 */
void *window_open(unsigned slot, paddr_t phys);
void window_close(unsigned slot);

#endif
