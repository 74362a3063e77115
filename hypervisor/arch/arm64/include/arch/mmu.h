/* SPDX-License-Identifier: GPL-2.0 */
/* EL2's own translation. */
#ifndef ARCH_MMU_H
#define ARCH_MMU_H

#include <hyp/types.h>

/* Map device registers for EL2 at enable; NULL if that is impossible. phys: page aligned. */
void *mmu_map_device(paddr_t phys, uint64_t size);

/* See mmu.c: one of this CPU's two windows onto a page of a guest's memory. */
void *mmu_window(unsigned slot, paddr_t phys);

#endif
