/* SPDX-License-Identifier: GPL-2.0 */
/* Formats of the second stage: SVM's nested and VMX's extended page tables. */
#ifndef ARCH_FORMATS_H
#define ARCH_FORMATS_H

#include <hyp/paging.h>

extern const struct pt_format npt_format, ept_format;

#endif
