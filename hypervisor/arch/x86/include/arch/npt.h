/* SPDX-License-Identifier: GPL-2.0 */
/* Nested page tables. */
#ifndef ARCH_NPT_H
#define ARCH_NPT_H

#include <hyp/paging.h>

extern const struct pt_format npt_format;

#endif
