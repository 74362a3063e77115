/* SPDX-License-Identifier: GPL-2.0 */
/* The second stage of translation. */
#ifndef ARCH_STAGE2_H
#define ARCH_STAGE2_H

#include <hyp/types.h>

/* The value of VTCR_EL2. */
uint64_t stage2_vtcr(void);

#endif
