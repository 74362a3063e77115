/* SPDX-License-Identifier: GPL-2.0 */
/* Formats of the second stage: SVM's nested and VMX's extended page tables. */
#ifndef ARCH_FORMATS_H
#define ARCH_FORMATS_H

#include <hyp/paging.h>

extern const struct pt_format npt_format, ept_format;

/* Reads the MTRRs. On the first CPU, at enable, before root's second stage is built. */
void ept_read_types(void);

/* PT_DEVICE if the memory is not write-back. Reduces *size to the bytes from phys on for which the
 * answer is the same. */
unsigned ept_type(paddr_t phys, uint64_t *size);

#endif
