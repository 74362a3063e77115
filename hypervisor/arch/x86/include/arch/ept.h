/* SPDX-License-Identifier: GPL-2.0 */
/* Extended page tables. */
#ifndef ARCH_EPT_H
#define ARCH_EPT_H

#include <hyp/paging.h>

extern const struct pt_format ept_format;

#endif
