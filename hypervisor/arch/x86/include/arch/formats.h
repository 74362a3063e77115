/* SPDX-License-Identifier: GPL-2.0 */
/* Second stages: nested page tables of SVM, extended page tables of VMX. */
#ifndef ARCH_FORMATS_H
#define ARCH_FORMATS_H

#include <hyp/paging.h>

extern const struct pt_format npt_format, ept_format;

#endif
