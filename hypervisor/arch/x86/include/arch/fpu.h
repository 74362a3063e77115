/* SPDX-License-Identifier: GPL-2.0 */
/* x87, SSE, AVX and whatever XSAVE knows: the guest's at all times. */
#ifndef ARCH_FPU_H
#define ARCH_FPU_H

/* As after reset; nothing of an earlier owner is left. */
void fpu_reset(void);

#endif
