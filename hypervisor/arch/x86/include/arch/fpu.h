/* SPDX-License-Identifier: GPL-2.0 */
/* x87, SSE, AVX and other extended state: the guest's at all times, the hypervisor uses none of it. */
#ifndef ARCH_FPU_H
#define ARCH_FPU_H

/* Resets this CPU's extended state, so that nothing of its previous owner is left. */
void fpu_reset(void);

#endif
