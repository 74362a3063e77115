/* SPDX-License-Identifier: GPL-2.0 */
/* Nested page tables. */
#ifndef ARCH_NPT_H
#define ARCH_NPT_H

#include <hyp/paging.h>

#define NPT_PRESENT BIT(0)

extern const struct pt_format npt_format, npt_format_2m;

#endif
