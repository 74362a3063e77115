/* SPDX-License-Identifier: GPL-2.0 */
/* Second stage of translation. */
#ifndef ARCH_STAGE2_H
#define ARCH_STAGE2_H

#include <hyp/types.h>

/* VTCR_EL2 for this machine. */
uint64_t stage2_vtcr(void);

#endif
